import type { AddressSpace, UAMethod } from "node-opcua";
import { namespaceIndexes } from "../../nodeset/namespaces.ts";
import type { NodeRow } from "../../nodeset/node-row.ts";

/**
 * Says again what each method of ours is for: node-opcua drops the descriptions of methods while it loads a document.
 *
 * @param numbers of our type nodes by symbol
 */
export function describeMethods(
  addressSpace: AddressSpace,
  rows: readonly NodeRow[],
  numbers: ReadonlyMap<string, number>,
): void {
  for (const { nodeClass, id, description } of rows) {
    if (nodeClass !== "Method") continue;
    const identifier = id.ns === "tallyline" ? `i=${numbers.get(String(id.id))}` : `s=${id.id}`;
    const node = addressSpace.findNode(`ns=${namespaceIndexes[id.ns]};${identifier}`) as UAMethod | null;
    node?.setDescription(description);
  }
}
