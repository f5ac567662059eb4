import fc from "fast-check";
import { type Consumer, consumerOf, overlap } from "../../src/domain/consumer.ts";

const name = fc.constantFrom("a", "b", undefined);
const consumer = fc.record({
  id: fc.constant("X"),
  user: name,
  application: name,
  from: fc.constant("oldest" as const),
});
const caller = fc.record({ user: fc.constantFrom("a", "b", "c"), application: fc.constantFrom("a", "b", "c") });
const isOf = (c: Consumer, s: { user: string; application: string }) =>
  (c.user ?? s.user) === s.user && (c.application ?? s.application) === s.application;

// The configuration refuses what overlaps, so that an acknowledgement never has two candidates.
test("two consumers overlap exactly when some session belongs to both", () => {
  const users = ["a", "b", "c"];
  const everybody = users.flatMap((user) => users.map((application) => ({ user, application })));
  fc.assert(
    fc.property(consumer, consumer, (a, b) => {
      expect(overlap(a, b)).toBe(everybody.some((session) => isOf(a, session) && isOf(b, session)));
    }),
  );
});

test("a session belongs to the consumer that agrees in all that is configured", () => {
  fc.assert(
    fc.property(fc.array(consumer), caller, (consumers, session) => {
      expect(consumerOf(consumers, session)).toBe(consumers.find((c) => isOf(c, session)));
    }),
  );
});
