import { namespaceIndexes } from "../../nodeset/namespaces.ts";

/** NodeId of an instance: `ns=3;s=<StationId>/<browse path>`. */
export const instanceNodeId = (station: string, ...path: readonly string[]): string =>
  `ns=${namespaceIndexes.site};s=${[station, ...path].join("/")}`;
