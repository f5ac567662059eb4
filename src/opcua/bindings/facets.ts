import type { FacetName } from "../../../nodeset/station-shape.ts";
import type { Group } from "../binding.ts";
import { machineVisionGroups } from "./machine-vision.ts";
import { packMlGroups } from "./packml.ts";
import { weihenstephanGroups } from "./weihenstephan.ts";

/** Groups of each companion specification that a site switches on. */
export const facetGroups: Readonly<Record<FacetName, () => readonly Group[]>> = {
  machineVision: machineVisionGroups,
  packml: packMlGroups,
  weihenstephan: weihenstephanGroups,
};
