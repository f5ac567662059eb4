import fc from "fast-check";
import type { EntryDraft } from "../../src/domain/ledger-entry.ts";
import type { TaughtFigures } from "../../src/domain/taught.ts";
import type { CameraResult, UnitRecord } from "../../src/domain/unit-record.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import {
  type DriftState,
  driftsOf,
  driftWindow,
  foldDriftUnit,
  foldTaught,
  noDrift,
} from "../../src/projections/drift.ts";
import { emptyStation, foldEntry, type StationState } from "../../src/projections/station-state.ts";
import { aCommitted, aContext, aDraft, aTime, aUnit } from "../support/units.ts";

const taught: TaughtFigures = { score: 1.1, brightness: 80, sharpness: 0.5 };
const begun = foldTaught(noDrift, { taught: { "CAM-01": taught } });
const pass: Verdict = { kind: "pass", confidence: 0.9 };

/** A unit of one camera whose picture is like that. */
const seen = (
  figures: TaughtFigures,
  over: Partial<UnitRecord> & Partial<Pick<CameraResult, "verdict">> = {},
): UnitRecord => {
  const { score, ...measures } = { ...taught, ...figures };
  const result: CameraResult = {
    cameraId: "CAM-01",
    verdict: over.verdict ?? pass,
    score: score!,
    measures: measures as Record<string, number>,
  };
  return aUnit({ cameras: [result], context: aContext({ lot: "L-1" }), ...over });
};
const after = (units: readonly UnitRecord[], state: DriftState = begun): DriftState =>
  units.reduce(foldDriftUnit, state);
const times = (count: number, unit: UnitRecord): readonly UnitRecord[] => Array.from({ length: count }, () => unit);
const ratios = (state: DriftState, from = 1) =>
  Object.fromEntries(driftsOf(state, from).map(({ figure, ratio }) => [figure, Number(ratio.toFixed(3))]));

test("figures are ratios to what was taught, of as many units as are asked for", () => {
  const state = after(times(50, seen({ brightness: 60, sharpness: 0.55 })));
  expect(ratios(state, 50)).toEqual({ score: 1, brightness: 0.75, sharpness: 1.1 });
  expect(driftsOf(state, 51)).toEqual([]);
});

// A burst of torn bags is no reason to clean the lens.
test("only production units that passed count", () => {
  const bright = { brightness: 200 };
  const others = [
    seen(bright, { verdict: { kind: "fail", confidence: 1, defects: [{ class: "X", confidence: 1 }] } }),
    seen(bright, { verdict: { kind: "invalid", reason: "overexposed" } }),
    seen(bright, { unitKind: "absent" }),
    seen(bright, { unitKind: "challenge" }),
  ];
  expect(ratios(after([seen({}), ...others, seen({})]))).toEqual({ score: 1, brightness: 1, sharpness: 1 });
});

test("another lot, and another model's word, begin anew; the same word again does not", () => {
  const drifted = after(times(300, seen({ brightness: 60 })));
  expect(ratios(foldTaught(drifted, { taught: { "CAM-01": { ...taught } } }))["brightness"]).toBe(0.75);
  expect(driftsOf(foldTaught(drifted, { taught: { "CAM-01": { brightness: 60 } } }), 1)).toEqual([]);
  const next = after([seen({}, { context: aContext({ lot: "L-2" }) })], drifted);
  expect(ratios(next)).toEqual({ score: 1, brightness: 1, sharpness: 1 });
});

test("without a word of what was taught there is nothing to say", () => {
  expect(driftsOf(after(times(300, seen({})), noDrift), 1)).toEqual([]);
  const noScore = foldTaught(noDrift, { taught: { "CAM-01": { brightness: 80 } } });
  expect(Object.keys(ratios(after(times(3, seen({})), noScore)))).toEqual(["brightness"]);
});

// The first units of a lot must neither wait for a window nor weigh more than the later ones.
test("a figure is the plain mean until the window is full, and follows a step within a few windows", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 10, max: 250, noNaN: true }), { minLength: 1, maxLength: driftWindow }),
      (values) => {
        const state = after(values.map((brightness) => seen({ brightness })));
        const mean = values.reduce((a, v) => a + v, 0) / values.length;
        expect(driftsOf(state, 1).find((d) => d.figure === "brightness")!.now).toBeCloseTo(mean, 4);
      },
    ),
    { numRuns: 30 },
  );
  const stepped = after([...times(1_000, seen({})), ...times(3 * driftWindow, seen({ brightness: 40 }))]);
  expect(ratios(stepped)["brightness"]).toBeCloseTo(0.525, 2);
});

// Another recipe's models were taught on other pictures; an old reference would call for a lens that is clean.
test("a recipe that takes over brings its own references, one that is refused changes nothing", () => {
  const model = { id: "m@1", hash: "0".repeat(64), taught: { "CAM-01": taught } };
  const recipe = { id: "R", version: 1, hash: "1".repeat(64) };
  const body = { recipe, fromSequence: 1, reason: "" };
  const fold = (state: StationState, draft: EntryDraft): StationState => foldEntry(state, aCommitted(1, draft));
  const running = fold(emptyStation("LINE-01"), aDraft("model", { ...model, status: "ready", reason: "" }, aTime));
  const refused = fold(running, aDraft("recipe", { event: "refused", models: [], ...body }, aTime));
  expect(refused.drift).toEqual(running.drift);
  const other = fold(
    running,
    aDraft(
      "recipe",
      { event: "activated", models: [{ ...model, taught: { "CAM-01": { score: 2 } } }], ...body },
      aTime,
    ),
  );
  expect(other.drift.cameras).toEqual({ "CAM-01": { taught: { score: 2 }, now: {} } });
  expect(fold(running, aDraft("recipe", { event: "activated", models: [], ...body }, aTime)).drift.cameras).toEqual({});
});
