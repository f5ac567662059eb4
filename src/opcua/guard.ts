import { type AddressSpace, MonitoredItem, NodeClass, NodeId } from "node-opcua";
import { AppError } from "../platform/errors.ts";

/** This node-opcua is built in another way than the guard expects; it would run unguarded. */
export class GuardError extends AppError {
  readonly code = "OPCUA_GUARD";
}

interface MonitoredItemInternals {
  _on_opcua_event(event: unknown): void;
}
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

  const items = MonitoredItem.prototype as unknown as MonitoredItemInternals;
  if (typeof items._on_opcua_event !== "function")
    throw new GuardError("node-opcua's MonitoredItem has no _on_opcua_event; pin the version in package.json");
  if (guarded) return;
  guarded = true;
  const original = items._on_opcua_event;
  items._on_opcua_event = function (this: unknown, event) {
    try {
      original.call(this as MonitoredItemInternals, event);
    } catch (error) {
      report(error);
    }
  };
}
