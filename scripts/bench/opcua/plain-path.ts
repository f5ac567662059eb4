import { DataType, type UAObject, type UAObjectType, Variant } from "node-opcua";
import type { LiveEvents } from "../../../src/opcua/events/live.ts";
import type { PlainEvent } from "../../../src/opcua/events/plain-event.ts";
import { variantOf } from "../../../src/opcua/events/variant.ts";

const lowerFirst = (name: string): string => name[0]!.toLowerCase() + name.slice(1);

/** What `constructEventData` sets, or takes in another way. */
const own: ReadonlySet<string> = new Set(["EventId", "EventType", "SourceNode"]);

/**
 * Raises an event as node-opcua's documentation has it: `constructEventData`, and each subscriber's fields looked up in the
 * address space and encoded for it alone. What the structure `Result` holds cannot be selected this way.
 */
export function plainPath({ addressSpace }: LiveEvents, station: string): (event: PlainEvent) => void {
  const node = addressSpace.findNode(station) as UAObject & { _bubble_up_event(event: unknown): void };
  const types = new Map<string, UAObjectType>();
  return ({ type, fields }) => {
    let typeNode = types.get(type);
    if (!typeNode) {
      typeNode = addressSpace.findNode(type) as UAObjectType;
      types.set(type, typeNode);
    }
    const data: Record<string, unknown> = {
      sourceNode: new Variant({ dataType: DataType.NodeId, value: node.nodeId }),
    };
    for (const [path, value] of fields)
      if (!path.includes("/") && value.dataType !== "Structure" && !own.has(path))
        data[lowerFirst(path.replace(/^\d+:/, ""))] = variantOf(value, addressSpace);
    node._bubble_up_event(addressSpace.constructEventData(typeNode as never, data as never));
  };
}
