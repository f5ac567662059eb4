import type { AddressSpace } from "node-opcua";
import type { FacetName } from "../../nodeset/station-shape.ts";
import type { HistoryPort } from "./history/requests.ts";
import type { MethodRow } from "./method-table.ts";
import type { StationNodes } from "./station.ts";
import { visionRecipeRows } from "./vision/recipe-methods.ts";
import { visionResultRows } from "./vision/result-methods.ts";

/** What methods of the companion specifications work with. */
export interface FacetDeps {
  readonly addressSpace: AddressSpace;
  readonly station: StationNodes;
  readonly history: HistoryPort;
}

/** Methods of each companion specification that a site switches on, as far as they mean something here. */
const rows: Readonly<Partial<Record<FacetName, readonly ((deps: FacetDeps) => readonly MethodRow[])[]>>> = {
  machineVision: [visionRecipeRows, visionResultRows],
};

export const facetMethods = (deps: FacetDeps): readonly MethodRow[] =>
  deps.station.snapshot.setup.facets.flatMap((facet) => rows[facet] ?? []).flatMap((make) => make(deps));
