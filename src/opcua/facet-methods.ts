import type { AddressSpace } from "node-opcua";
import type { FacetName } from "../../nodeset/station-shape.ts";
import type { StationState } from "../projections/station-state.ts";
import type { StationSetup } from "./messages.ts";
import type { MethodRow } from "./method-table.ts";
import { visionMethodRows } from "./vision/methods.ts";

/** What methods of the companion specifications work with. */
export interface FacetDeps {
  readonly addressSpace: AddressSpace;
  readonly setup: StationSetup;
  /** As of now. */
  readonly state: () => StationState;
}

/** Methods of each companion specification that a site switches on, as far as they mean something here. */
const rows: Readonly<Partial<Record<FacetName, (deps: FacetDeps) => readonly MethodRow[]>>> = {
  machineVision: visionMethodRows,
};

export const facetMethods = (deps: FacetDeps): readonly MethodRow[] =>
  deps.setup.facets.flatMap((facet) => rows[facet]?.(deps) ?? []);
