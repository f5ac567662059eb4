import type { NodeRow } from "./node-row.ts";
import type { Place } from "./nodes.ts";
import type { PartOf, StationPart } from "./station-parts.ts";
import type { FacetName } from "./station-shape.ts";

/** The part of a companion specification that a site switches on: nothing below the type, nor where it is off. */
export const facet =
  (name: FacetName, rows: (place: Place, path: readonly string[], of: PartOf) => NodeRow[]): StationPart =>
  (place, path, of) =>
    of?.station.facets.includes(name) ? rows(place, path, of) : [];
