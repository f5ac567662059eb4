import { type AddressSpace, ObjectIds, type Subscription, type UAObject } from "node-opcua";
import { type Context, contexts, type EventItem, isEventItem, LiveEvent, type OnGiven } from "./live-event.ts";
import type { PlainEvent } from "./plain-event.ts";
import { EventTypeError, type EventTypeIndex } from "./read-event-types.ts";

/** The live events of one address space. */
export interface LiveEvents {
  /** Raises an event at an object (its NodeId) and at everything that is its notifier, up to Server. */
  emit(event: PlainEvent, at: string): void;
  /**
   * Gives an event to the event items of one subscription, or to one of them: for what a client asked for, such as
   * ConditionRefresh. `unfiltered` for RefreshStart and RefreshEnd, which no where clause keeps back (OPC 10000-9 §4.5).
   */
  emitTo(
    subscription: Subscription,
    event: PlainEvent,
    options?: { readonly monitoredItemId?: number; readonly unfiltered?: boolean },
  ): void;
  /** How many times fields were put together: once per event and distinct select list. */
  readonly encodings: number;
  readonly addressSpace: AddressSpace;
  /** Plain data of the event types, for evaluating filters elsewhere. */
  readonly index: EventTypeIndex;
}

/** An object and everything above it that its events bubble up to (OPC 10000-3 §7.17, §7.18), and Server at last. */
function notifiersOf(addressSpace: AddressSpace, at: string): readonly UAObject[] {
  const server = addressSpace.findNode(`i=${ObjectIds.Server}`) as UAObject;
  const first = addressSpace.findNode(at) as UAObject | null;
  if (!first) throw new EventTypeError(`${at}, where events are raised, is not in the address space`);
  const chain = new Set([first]);
  for (const node of chain)
    for (const type of ["HasNotifier", "HasEventSource"])
      for (const above of node.findReferencesAsObject(type, false)) chain.add(above as UAObject);
  return [...chain.add(server)];
}

/** The live events of an address space whose types have been read. */
export function createLiveEvents(addressSpace: AddressSpace, index: EventTypeIndex, onGiven?: OnGiven): LiveEvents {
  const selects: Context["selects"] = new Map();
  const context: Context = { addressSpace, index, compiled: new WeakMap(), selects, onGiven, encodings: 0 };
  contexts.set(addressSpace, context);
  const chains = new Map<string, readonly UAObject[]>();
  return {
    addressSpace,
    index,
    emit(event, at) {
      let chain = chains.get(at);
      if (!chain) {
        chain = notifiersOf(addressSpace, at);
        chains.set(at, chain);
      }
      const live = new LiveEvent(event, context);
      for (const notifier of chain) notifier.emit("event", live as never);
    },
    emitTo(subscription, event, { monitoredItemId, unfiltered = false } = {}) {
      const live = new LiveEvent(event, context);
      const { monitoredItems } = subscription as unknown as { monitoredItems: ReadonlyMap<number, EventItem> };
      for (const [id, item] of monitoredItems)
        if (isEventItem(item) && (monitoredItemId === undefined || id === monitoredItemId))
          live.offerTo(item, unfiltered);
    },
    get encodings() {
      return context.encodings;
    },
  };
}
