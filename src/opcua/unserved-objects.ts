import type { AddressSpace } from "node-opcua";

/**
 * Objects that namespace 0 brings along and nobody here serves: without them a client sees at once that there is no such
 * function, instead of objects that lack what their types make mandatory. Both are optional (OPC 10000-12 §7.10.3,
 * OPC 10000-18 §5.2.1).
 */
const unserved = {
  ServerConfiguration: "ns=0;i=12637",
  UserManagement: "ns=0;i=24290",
} as const;

/** Takes them out, with all below them. To be called before the endpoint opens. */
export function removeUnservedObjects(addressSpace: AddressSpace): void {
  for (const nodeId of Object.values(unserved)) {
    const node = addressSpace.findNode(nodeId);
    if (node) addressSpace.deleteNode(node);
  }
}
