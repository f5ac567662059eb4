import type { EventFieldList } from "node-opcua";
import { OverflowEvent } from "./encoded-event.ts";

/** An event item's queue, as the stack keeps it. */
export interface EventQueue {
  queue: EventFieldList[];
  readonly queueSize: number;
  readonly discardOldest: boolean;
  overflow: boolean;
}

/** Which end says that events were lost, if one does. */
const overflowAt = ({ queue, discardOldest }: EventQueue): { readonly isFirst: boolean; readonly isLast: boolean } => {
  const isFirst = queue[0] instanceof OverflowEvent && (discardOldest || queue.length > 1);
  return { isFirst, isLast: !isFirst && queue.at(-1) instanceof OverflowEvent };
};

/**
 * Puts an event into a client's queue. A full queue discards (OPC 10000-4 §5.13.1.5): the oldest event, or the newest
 * before this one. The first time it says so by an overflow event, at the end where events were lost; that one comes on
 * top of the queue's size, is never discarded, and comes once until the client has taken the queue.
 *
 * Returns the event that was discarded, if one was.
 */
export function enqueue(
  item: EventQueue,
  event: EventFieldList,
  overflowEvent: () => OverflowEvent,
): EventFieldList | undefined {
  const { queue, queueSize } = item;
  const { isFirst, isLast } = overflowAt(item);
  const isFull = queue.length - Number(isFirst || isLast) >= queueSize;
  const lost = isFull ? discard(item, overflowEvent) : undefined;
  queue.splice(queue.length - Number(overflowAt(item).isLast), 0, event);
  return lost;
}

/** Discards one event of a queue that holds some, and says so the first time. */
export function discard(item: EventQueue, overflowEvent: () => OverflowEvent): EventFieldList {
  const { queue, discardOldest } = item;
  const { isFirst, isLast } = overflowAt(item);
  const at = discardOldest ? Number(isFirst) : queue.length - 1 - Number(isLast);
  const lost = queue[at]!;
  if (discardOldest && isFirst) {
    queue[1] = queue[0]!;
    queue.shift();
  } else queue.splice(at, 1);
  if (!isFirst && !isLast)
    if (discardOldest) queue.unshift(overflowEvent());
    else queue.push(overflowEvent());
  item.overflow = true;
  return lost;
}

/** Brings a queue down to a smaller size, as if the events had come now; returns what was discarded. */
export function shrink(item: EventQueue, overflowEvent: () => OverflowEvent): readonly EventFieldList[] {
  const events = item.queue.filter((event) => !(event instanceof OverflowEvent));
  if (events.length <= item.queueSize) return [];
  const told = item.queue.find((event) => event instanceof OverflowEvent) as OverflowEvent | undefined;
  item.queue = [];
  return events.flatMap((event) => enqueue(item, event, () => told ?? overflowEvent()) ?? []);
}
