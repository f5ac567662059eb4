import type { EventFieldList } from "node-opcua";
import { EncodedEvent, type OverflowEvent } from "./encoded-event.ts";
import { discard, type EventQueue, enqueue, shrink } from "./event-queue.ts";

/** What an event takes in a queue besides its bytes, about. */
const overheadBytes = 200;
const sizeOf = (event: EventFieldList): number =>
  overheadBytes + (event instanceof EncodedEvent ? event.byteLength : event.binaryStoreSize());

/**
 * What the event queues of one session may hold together. When that is full, the queue that holds most loses an event by
 * its own discard policy, and says so by its overflow event: a client that takes nothing loses its own events, and the
 * program keeps its memory.
 */
export class EventBudget<Item extends EventQueue> {
  readonly #mostBytes: number;
  readonly #overflowOf: (item: Item) => OverflowEvent;
  /** Bytes in the queue of each item of the session. */
  readonly #held = new Map<Item, number>();
  #bytes = 0;

  constructor(mostBytes: number, overflowOf: (item: Item) => OverflowEvent) {
    this.#mostBytes = mostBytes;
    this.#overflowOf = overflowOf;
  }

  /** Event items of the session. */
  get items(): number {
    return this.#held.size;
  }
  open(item: Item): void {
    if (!this.#held.has(item)) this.#held.set(item, 0);
  }
  close(item: Item): void {
    this.taken(item);
    this.#held.delete(item);
  }
  /** The item's queue was emptied: delivered, or given up. */
  taken(item: Item): void {
    this.#charge(item, -(this.#held.get(item) ?? 0));
  }

  /** Puts an event into the queue of an item that is open; returns the items that lost one for it. */
  enqueue(item: Item, event: EventFieldList): readonly Item[] {
    const losers: Item[] = [];
    const size = sizeOf(event);
    while (this.#bytes > 0 && this.#bytes + size > this.#mostBytes) {
      const fullest = this.#fullest();
      this.#charge(fullest, -sizeOf(discard(fullest, () => this.#overflowOf(fullest))));
      losers.push(fullest);
    }
    const lost = enqueue(item, event, () => this.#overflowOf(item));
    if (lost) {
      this.#charge(item, -sizeOf(lost));
      losers.push(item);
    }
    this.#charge(item, size);
    return losers;
  }

  /** Brings a queue down to a smaller size. */
  shrink(item: Item): void {
    for (const lost of shrink(item, () => this.#overflowOf(item))) this.#charge(item, -sizeOf(lost));
  }

  #charge(item: Item, bytes: number): void {
    this.#bytes += bytes;
    this.#held.set(item, (this.#held.get(item) ?? 0) + bytes);
  }
  #fullest(): Item {
    let fullest: readonly [Item, number] | undefined;
    for (const entry of this.#held) if (!fullest || entry[1] > fullest[1]) fullest = entry;
    return fullest![0];
  }
}
