import fc from "fast-check";
import { noCounts } from "../../src/domain/counts.ts";
import type { LotBody } from "../../src/domain/ledger-entry.ts";
import type { UnitKind } from "../../src/domain/unit-record.ts";
import { endedLot, isReconciled, newLot, resumedLot } from "../../src/projections/lots.ts";
import { emptyStation, foldEntry, type StationState } from "../../src/projections/station-state.ts";
import { aCommitted, aContext, aDraft, aUnit } from "../support/units.ts";

const lot = "L25014A";
const take = (state: StationState, draft: Parameters<typeof aCommitted>[1]): StationState =>
  foldEntry(state, aCommitted(state.sequence + 1, draft));
const unit = (state: StationState, unitKind: UnitKind, inLot: boolean): StationState =>
  take(
    state,
    aDraft(
      "unit",
      aUnit({
        sequence: state.sequence + 1,
        unitKind,
        lotSequence: inLot && unitKind === "production" ? (state.lot?.counts.units ?? 0) + 1 : 0,
        context: aContext({ lot: inLot ? lot : "" }),
      }),
    ),
  );
const end = (state: StationState): LotBody => endedLot(state.lot!, state);

/** Runs of one lot with other units between them, as the line writes them. */
const runs = (lengths: readonly (readonly UnitKind[])[]): LotBody => {
  let state = unit(emptyStation("LINE-01"), "production", false);
  let ended: LotBody | undefined;
  for (const kinds of lengths) {
    state = take(state, aDraft("lot", ended ? resumedLot(ended) : newLot(aContext(), 1)));
    for (const kind of kinds) state = unit(state, kind, true);
    ended = end(state);
    state = unit(take(state, aDraft("lot", ended)), "production", false);
  }
  return ended!;
};
const kinds = fc.array(fc.constantFrom<UnitKind>("production", "absent", "rework"), { maxLength: 8 });

// Two ways of counting that share no code: an auditor's total of a lot that was paused and resumed must agree in both.
test("however often a lot is resumed, its counts agree with its sequences", () => {
  fc.assert(
    fc.property(fc.array(kinds, { minLength: 1, maxLength: 4 }), (lengths) => {
      const { counts, tally, reconciled, headHash } = runs(lengths);
      const all = lengths.flat();
      expect(tally).toEqual({ sequences: all.length, lotSequence: all.filter((k) => k === "production").length });
      expect(counts.units).toBe(tally!.lotSequence);
      expect([reconciled, headHash!.length]).toEqual([true, 64]);
    }),
  );
});

test.each([
  ["a sequence that nobody counted", { sequences: 3, lotSequence: 2 }, { units: 2, pass: 2 }],
  ["a unit that was counted twice", { sequences: 2, lotSequence: 2 }, { units: 3, pass: 3 }],
  ["a unit without a verdict", { sequences: 2, lotSequence: 2 }, { units: 2, pass: 1 }],
])("%s is not reconciled", (_, tally, counts) => {
  expect(isReconciled({ ...noCounts, ...counts }, tally)).toBe(false);
});

// The ledgers of the field hold lots without a tally: their counts go on, but nobody may claim that they were checked.
test("a lot begun before tallies were kept is neither reconciled nor unreconciled", () => {
  const { tally: _, ...old } = newLot(aContext(), 1);
  const state = unit(take(emptyStation("LINE-01"), aDraft("lot", old)), "production", true);
  const ended = end(state);
  expect(ended).toMatchObject({ counts: { units: 1 }, firstSequence: 1, lastSequence: 1 });
  expect("reconciled" in ended || "tally" in ended).toBe(false);
});
