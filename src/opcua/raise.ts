import { type AddressSpace, type BaseNode, DataType, type UAObject, type UAObjectType, type Variant } from "node-opcua";
import type { Committed } from "../domain/ledger-entry.ts";
import { type PlainEvent, plainEventsOf } from "./events/plain-event.ts";
import { EventTypeError, type EventTypeIndex } from "./events/read-event-types.ts";
import { variantOf } from "./events/variant.ts";
import type { StationSetup } from "./messages.ts";
import { instanceNodeId } from "./node-id.ts";

const lowerFirst = (name: string): string => name[0]!.toLowerCase() + name.slice(1);

/** What node-opcua's event object offers beyond its public interface; asserted when the raiser is made. */
interface EventInternals {
  _setField(
    field: { lowerName: string; fullBrowsePath: string; node: BaseNode; nodeIdKey: string; mandatory: boolean },
    value: Variant,
  ): void;
}
interface NotifierInternals {
  _bubble_up_event(event: unknown): void;
}

/** The node below an event type that a path leads to, looked for in its supertypes too. */
function fieldNode(type: UAObjectType, path: string): BaseNode | undefined {
  for (let at: UAObjectType | null | undefined = type; at; at = at.subtypeOfObj as UAObjectType | null) {
    let node: BaseNode | null = at;
    for (const element of path.split("/")) {
      const [, namespace, name] = /^(?:(\d+):)?(.*)$/.exec(element)!;
      node = node && (node.getChildByName(name!, Number(namespace ?? 0)) as BaseNode | null);
    }
    if (node) return node;
  }
  return undefined;
}

/**
 * Returns the function that raises the events of an entry, if it has any, at the station and everything above it.
 *
 * `report` gets what went wrong instead of the caller: an event that one client cannot take must not stop the ledger's reader.
 *
 * @throws EventTypeError when this node-opcua works in another way.
 */
export function createRaiser(
  addressSpace: AddressSpace,
  setup: StationSetup,
  ledgerId: string,
  { types }: EventTypeIndex,
  report: (error: unknown) => void,
): (committed: Committed) => void {
  const station = addressSpace.findNode(instanceNodeId(setup.id)) as (UAObject & NotifierInternals) | null;
  if (typeof station?._bubble_up_event !== "function")
    throw new EventTypeError("this version of node-opcua raises events in another way; pin the one in package.json");
  const nodes = new Map<string, BaseNode | undefined>();

  const raise = ({ type, fields }: PlainEvent): void => {
    const typeNode = addressSpace.findNode(type) as UAObjectType;
    const event = addressSpace.constructEventData(typeNode as never, {
      sourceNode: { dataType: DataType.NodeId, value: station.nodeId },
    });
    for (const [path, value] of fields) {
      const key = `${type} ${path}`;
      if (!nodes.has(key)) nodes.set(key, fieldNode(typeNode, path));
      const node = nodes.get(key);
      if (!node) continue;
      const names = path.split("/").map((element) => element.replace(/^\d+:/, ""));
      (event as unknown as EventInternals)._setField(
        {
          lowerName: names.map(lowerFirst).join("."),
          fullBrowsePath: names.join("."),
          node,
          nodeIdKey: node.nodeId.toString(),
          mandatory: true,
        },
        variantOf(value, addressSpace),
      );
    }
    station._bubble_up_event(event);
  };
  return (committed) => {
    try {
      for (const event of plainEventsOf(committed, setup, ledgerId, types)) raise(event);
    } catch (error) {
      report(error);
    }
  };
}
