import type { EventFieldList } from "node-opcua";
import { OverflowEvent } from "./encoded-event.ts";

/** An event item's queue, as the stack keeps it. */
export interface EventQueue {
  queue: EventFieldList[];
  readonly queueSize: number;
  readonly discardOldest: boolean;
  overflow: boolean;
}

/**
 * Puts an event into a client's queue. A full queue discards (OPC 10000-4 §5.13.1.5): the oldest event, or the newest
 * before this one. The first time it says so by an overflow event, at the end where events were lost; that one comes on
 * top of the queue's size, is never discarded, and comes once until the client has taken the queue.
 *
 * Returns whether an event was discarded.
 */
export function enqueue(item: EventQueue, event: EventFieldList, overflowEvent: () => OverflowEvent): boolean {
  const { queue, queueSize, discardOldest } = item;
  const isFirst = queue[0] instanceof OverflowEvent;
  const isLast = !isFirst && queue.at(-1) instanceof OverflowEvent;
  const held = queue.length - Number(isFirst || isLast);
  const end = queue.length - Number(isLast);
  if (held < queueSize) {
    queue.splice(end, 0, event);
    return false;
  }
  if (discardOldest) {
    if (isFirst) queue[1] = queue[0]!;
    queue.shift();
    queue.splice(end - 1, 0, event);
  } else queue[end - 1] = event;
  if (!isFirst && !isLast)
    if (discardOldest) queue.unshift(overflowEvent());
    else queue.push(overflowEvent());
  item.overflow = true;
  return true;
}

/** Brings a queue down to a smaller size, as if the events had come now. */
export function shrink(item: EventQueue, overflowEvent: () => OverflowEvent): void {
  const events = item.queue.filter((event) => !(event instanceof OverflowEvent));
  if (events.length <= item.queueSize) return;
  const told = item.queue.find((event) => event instanceof OverflowEvent) as OverflowEvent | undefined;
  item.queue = [];
  for (const event of events) enqueue(item, event, () => told ?? overflowEvent());
}
