import fc from "fast-check";
import { EventFieldList } from "node-opcua";
import { OverflowEvent } from "../../../src/opcua/events/encoded-event.ts";
import { type EventQueue, enqueue, shrink } from "../../../src/opcua/events/event-queue.ts";

const anEvent = (n: number) => new EventFieldList({ clientHandle: n, eventFields: [] });
const overflow = () => new OverflowEvent(0, new ArrayBuffer(0));
/** Numbers of the queued events; "lost" for the overflow event. */
const shown = ({ queue }: EventQueue) => queue.map((e) => (e instanceof OverflowEvent ? "lost" : e.clientHandle));
const aQueue = (queueSize: number, discardOldest: boolean): EventQueue => ({
  queue: [],
  queueSize,
  discardOldest,
  overflow: false,
});
const fill = (item: EventQueue, count: number) => {
  for (let n = 1; n <= count; n++) enqueue(item, anEvent(n), overflow);
  return shown(item);
};

// OPC 10000-4 §5.13.1.5: on top of the size, at the beginning when the oldest go and at the end otherwise, once.
test.each<[boolean, number, unknown[]]>([
  [true, 3, [1, 2, 3]],
  [true, 4, ["lost", 2, 3, 4]],
  [true, 9, ["lost", 7, 8, 9]],
  [false, 3, [1, 2, 3]],
  [false, 4, [1, 2, 4, "lost"]],
  [false, 9, [1, 2, 9, "lost"]],
])("discardOldest %s: %i events in a queue of 3", (discardOldest, count, expected) => {
  expect(fill(aQueue(3, discardOldest), count)).toEqual(expected);
});

test("once the client has taken the queue, the next overflow is told again", () => {
  const item = aQueue(2, true);
  fill(item, 5);
  item.queue = [];
  item.overflow = false;
  expect(fill(item, 2)).toEqual([1, 2]);
  expect(fill(item, 1)).toEqual(["lost", 2, 1]);
});

test("a queue that a client makes smaller tells what it loses by that", () => {
  const item = aQueue(5, true);
  fill(item, 5);
  const smaller = { ...item, queueSize: 2 };
  shrink(smaller, overflow);
  expect(shown(smaller)).toEqual(["lost", 4, 5]);
});

// Events are either delivered or told to be lost: nothing in between, in any order of events and deliveries.
test("events lost, and only those, are told", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      fc.array(fc.nat({ max: 12 }), { maxLength: 6 }),
      (queueSize, discardOldest, bursts) => {
        const item = aQueue(queueSize, discardOldest);
        for (const burst of bursts) {
          const queue = fill(item, burst);
          const events = queue.filter((e) => e !== "lost");
          expect(events).toHaveLength(Math.min(burst, queueSize));
          expect(events).toEqual(events.toSorted((a, b) => Number(a) - Number(b)));
          expect(queue.length - events.length).toBe(Number(burst > queueSize));
          item.queue = [];
          item.overflow = false;
        }
      },
    ),
  );
});
