import { EncodedEvent, OverflowEvent } from "../../../src/opcua/events/encoded-event.ts";
import { EventBudget } from "../../../src/opcua/events/event-budget.ts";
import type { EventQueue } from "../../../src/opcua/events/event-queue.ts";

/** Ten events of this size, with what each costs besides, fit into the budget. */
const size = 800;
const anEvent = (n: number) => new EncodedEvent(n, new ArrayBuffer(size));
const aBudget = () => new EventBudget(10_000, () => new OverflowEvent(0, new ArrayBuffer(0)));
const aQueue = (budget: EventBudget<EventQueue>, discardOldest = true): EventQueue => {
  const item = { queue: [], queueSize: 5_000, discardOldest, overflow: false };
  budget.open(item);
  return item;
};
const shown = ({ queue }: EventQueue) => queue.map((e) => (e instanceof OverflowEvent ? "lost" : e.clientHandle));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

// 5,000 events of 25 kB in each of a thousand queues would be more memory than the machine has.
test.each<[boolean, unknown[]]>([
  [true, ["lost", 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  [false, [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, "lost"]],
])("a session's queue that is full by its bytes discards and tells (discardOldest %s)", (discardOldest, expected) => {
  const budget = aBudget();
  const item = aQueue(budget, discardOldest);
  const losers = upTo(12).flatMap((n) => budget.enqueue(item, anEvent(n)));
  expect(shown(item)).toEqual(expected);
  expect(losers).toEqual([item, item]);
});

// A queue that nobody empties must not cost the session's other items their events.
test("the queue that holds most gives way, and says so", () => {
  const budget = aBudget();
  const [full, other] = [aQueue(budget), aQueue(budget)];
  for (const n of upTo(10)) budget.enqueue(full, anEvent(n));
  expect(budget.enqueue(other, anEvent(99))).toEqual([full]);
  expect(shown(full)).toEqual(["lost", 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(shown(other)).toEqual([99]);
});

test.each<[string, (budget: EventBudget<EventQueue>, item: EventQueue) => void]>([
  [
    "taken by the client",
    (budget, item) => {
      item.queue = [];
      budget.taken(item);
    },
  ],
  ["of an item that is deleted", (budget, item) => budget.close(item)],
  [
    "made smaller",
    (budget, item) => {
      (item as { queueSize: number }).queueSize = 1;
      budget.shrink(item);
      expect(shown(item)).toEqual(["lost", 10]);
    },
  ],
])("what a queue held is free again when it is %s", (_, empty) => {
  const budget = aBudget();
  const [item, other] = [aQueue(budget), aQueue(budget)];
  for (const n of upTo(10)) budget.enqueue(item, anEvent(n));
  empty(budget, item);
  expect(upTo(9).flatMap((n) => budget.enqueue(other, anEvent(n)))).toEqual([]);
  expect(shown(other)).toEqual(upTo(9));
});

// One event alone may be larger than the budget: it is delivered rather than none ever.
test("an event larger than the budget has the queues for itself", () => {
  const budget = aBudget();
  const [item, other] = [aQueue(budget), aQueue(budget)];
  budget.enqueue(item, anEvent(1));
  budget.enqueue(other, new EncodedEvent(2, new ArrayBuffer(20_000)));
  expect([shown(item), shown(other)]).toEqual([["lost"], [2]]);
});
