import { type AddressSpace, MonitoredItem, NodeClass, NodeId } from "node-opcua";
import { override } from "./stack-override.ts";

let guarded = false;

/**
 * Keeps one client's odd request from ending the process or from costing other clients an event. Answers what node-opcua
 * 2.186.4 throws on: a select clause whose type is no event type (it becomes BadNodeIdUnknown), and an event item that
 * lost its filter (it gets no events).
 *
 * @throws GuardError when a name that it takes hold of is not there.
 */
export function guardStack(addressSpace: AddressSpace, report: (error: unknown) => void): void {
  const find = addressSpace.findEventType.bind(addressSpace);
  addressSpace.findEventType = (type, namespace) => {
    const node = type instanceof NodeId ? addressSpace.findNode(type) : undefined;
    return node && node.nodeClass !== NodeClass.ObjectType ? null : find(type, namespace);
  };

  if (guarded) return;
  override(
    MonitoredItem.prototype,
    "_on_opcua_event",
    (original) =>
      function (this: unknown, event: unknown) {
        try {
          original.call(this, event);
        } catch (error) {
          report(error);
        }
      },
  );
  guarded = true;
}
