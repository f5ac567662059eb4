import fc from "fast-check";
import type { EntryDraft } from "../../src/domain/ledger-entry.ts";
import type { LineState } from "../../src/domain/line-state.ts";
import { dutyAt, lastChange } from "../../src/projections/duty.ts";
import { activityOf, emptyStation, foldEntry, type StationState } from "../../src/projections/station-state.ts";
import { aCommitted, aContext, aDraft, aTime, aUnit } from "../support/units.ts";

const fold = (drafts: readonly EntryDraft[]): StationState =>
  drafts.reduce((state, draft, n) => foldEntry(state, aCommitted(n + 1, draft)), emptyStation("LINE-01"));
const state = (name: LineState, at: number, from: LineState = "unknown") =>
  aDraft("state", { state: name, reason: "", from }, aTime + at);
const down = (from: number, to: number) =>
  aDraft("down", { from: aTime + from, to: aTime + to, clean: false }, aTime + to);

// OPC 10000-100 §5.5.7: PowerOnDuration is time under power, OperationDuration the part of it at work.
test("time under power leaves out what the program was down; time at work counts only the running line", () => {
  const { duty } = fold([
    state("starting", 0),
    state("running", 1_000),
    aDraft("unit", aUnit(), aTime + 3_000),
    state("starved", 5_000),
    state("running", 6_000),
    down(7_000, 67_000),
    state("starting", 67_000),
    state("running", 68_000),
  ]);
  expect({ on: duty.onMs, operating: duty.operatingMs }).toEqual({ on: 8_000, operating: 5_000 });
  expect(dutyAt(duty, "running", aTime + 70_000).operatingMs).toBe(7_000);
});

test("durations never shrink, whatever the order of times in the ledger", () => {
  const draft = fc.oneof(
    fc
      .tuple(fc.constantFrom<LineState>("starting", "running", "starved", "stopped"), fc.nat(50_000))
      .map(([name, at]) => state(name, at)),
    fc.tuple(fc.nat(50_000), fc.nat(5_000)).map(([from, length]) => down(from, from + length)),
  );
  fc.assert(
    fc.property(fc.array(draft, { maxLength: 30 }), (drafts) => {
      let before = emptyStation("LINE-01");
      drafts.forEach((next, n) => {
        const after = foldEntry(before, aCommitted(n + 1, next));
        expect(after.duty.onMs).toBeGreaterThanOrEqual(before.duty.onMs);
        expect(after.duty.operatingMs).toBeGreaterThanOrEqual(before.duty.operatingMs);
        expect(after.duty.operatingMs).toBeLessThanOrEqual(after.duty.onMs);
        before = after;
      });
    }),
  );
});

// A standard's machine has fewer states than the line: starved and blocked may be one state there, and no transition.
test("the last change is that of the state machine that asks, not of the line", () => {
  const folded = fold([
    state("starting", 0),
    state("running", 1_000),
    state("starved", 2_000),
    state("blocked", 3_000),
    aDraft("context", { context: aContext({ runType: "trial" }), fromSequence: 1, wasPending: false }, aTime + 4_000),
  ]);
  const now = activityOf(folded);
  const waits = ({ state: s }: { state: LineState }) => (s === "starved" || s === "blocked" ? "waits" : s);
  expect(lastChange(folded.duty, now, waits)).toEqual({ from: "running", at: aTime + 2_000 });
  expect(lastChange(folded.duty, now, ({ runType }) => runType)).toEqual({ from: "production", at: aTime + 4_000 });
  expect(lastChange(folded.duty, now, () => "always")).toBeUndefined();
});
