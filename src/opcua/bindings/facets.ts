import type { FacetName } from "../../../nodeset/station-shape.ts";
import type { Group } from "../binding.ts";
import { packMlGroups } from "./packml.ts";
import { weihenstephanGroups } from "./weihenstephan.ts";

/** Groups of each companion specification that a site switches on. */
export const facetGroups: Readonly<Record<FacetName, () => readonly Group[]>> = {
  machineVision: () => [],
  packml: packMlGroups,
  weihenstephan: weihenstephanGroups,
};
