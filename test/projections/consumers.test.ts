import fc from "fast-check";
import { countSequences, type SequenceRange, sequenceSet, withoutSequences } from "../../src/domain/sequence-ranges.ts";
import {
  acknowledge,
  type Delivery,
  foldAcknowledgement,
  nothingAcknowledged,
  oldestUnacknowledged,
  unacknowledged,
} from "../../src/projections/consumers.ts";

const head = 60;
const range = fc.tuple(fc.integer({ min: 1, max: head }), fc.integer({ min: 1, max: head }));
const calls = fc.array(fc.array(range, { maxLength: 4 }), { maxLength: 25 });

/** One sequence after the other: what ranges stand for. */
const members = (ranges: readonly SequenceRange[]): Set<number> => {
  const all = new Set<number>();
  for (const [first, last] of ranges) for (let n = first; n <= last; n++) all.add(n);
  return all;
};
const without = (set: ReadonlySet<number>, other: ReadonlySet<number>) =>
  new Set([...set].filter((n) => !other.has(n)));
const sorted = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b);

test("a set of ranges holds what its ranges hold, in one form only", () => {
  fc.assert(
    fc.property(fc.array(range), fc.array(range), (a, b) => {
      const set = sequenceSet(a);
      expect(sorted(members(set))).toEqual(sorted(members(a)));
      expect(set.every(([first], n) => n === 0 || first > set[n - 1]![1] + 1)).toBe(true);
      expect(countSequences(set)).toBe(members(a).size);
      const rest = withoutSequences(set, sequenceSet(b));
      expect(sorted(members(rest))).toEqual(sorted(without(members(a), members(b))));
      expect(rest).toEqual(sequenceSet(rest));
    }),
  );
});

// The promise to an MES: whatever the order and however often, what it acknowledged is acknowledged, and nothing else.
test("in any order and again and again, a delivery is the set of what was acknowledged", () => {
  fc.assert(
    fc.property(calls, (all) => {
      const naive = new Set<number>();
      let delivery: Delivery = nothingAcknowledged;
      for (const ranges of all) {
        const fresh = without(members(ranges), naive);
        const step = acknowledge(delivery, ranges);
        expect(sorted(members(step.covered))).toEqual(sorted(fresh));
        delivery = step.delivery;
        for (const n of members(ranges)) naive.add(n);
        let cursor = 0;
        while (naive.has(cursor + 1)) cursor += 1;
        expect(delivery.cursor).toBe(cursor);
        expect(unacknowledged(delivery, head)).toBe(head - naive.size);
        expect(oldestUnacknowledged(delivery, head)).toBe(cursor < head ? cursor + 1 : undefined);
      }
    }),
  );
});

// Entries hold only what is new: folding them has to lead where the line was when it wrote them.
test("the entries fold to the same delivery, also when one is folded twice", () => {
  fc.assert(
    fc.property(calls, (all) => {
      let delivery: Delivery = nothingAcknowledged;
      let folded = {};
      for (const ranges of all) {
        const step = acknowledge(delivery, ranges);
        delivery = step.delivery;
        if (step.covered.length === 0) continue;
        const body = { consumer: "MES-1", ranges: step.covered, cursor: delivery.cursor };
        folded = foldAcknowledgement(foldAcknowledgement(folded, body), body);
        expect(folded).toEqual({ "MES-1": delivery });
      }
    }),
  );
});
