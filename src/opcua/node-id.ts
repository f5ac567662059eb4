import { namespaceIndexes } from "../../nodeset/namespaces.ts";
import type { Id } from "../../nodeset/node-row.ts";

/** NodeId of an instance: `ns=3;s=<StationId>/<browse path>`. */
export const instanceNodeId = (station: string, ...path: readonly string[]): string =>
  `ns=${namespaceIndexes.site};s=${[station, ...path].join("/")}`;

/** NodeId of a node of a standard, or of an instance: `ns=6;i=5006`. */
export const nodeIdText = ({ ns, id }: Id): string =>
  `ns=${namespaceIndexes[ns]};${typeof id === "number" ? "i" : "s"}=${id}`;
