import { fileURLToPath } from "node:url";
import { type Inspector, openInspector } from "../support/synthetic-accuracy/inspector.ts";
import { inspectFaults, inspectUnits } from "../support/synthetic-accuracy/run.ts";

const recipe = fileURLToPath(new URL("../../models/recipes/SNACK-BAG@1.yaml", import.meta.url));
let inspector: Inspector;
beforeAll(async () => {
  inspector = await openInspector(recipe);
}, 30_000);
afterAll(() => inspector[Symbol.asyncDispose]());

// The short form of `npm run bench:accuracy-synthetic`: the shipped recipe with everything real, against exact truth.
test("the shipped recipe judges fresh units right, by the names of what is wrong, and reads them exactly", async () => {
  const share = { seed: 90_210, first: 1, stride: 1, last: 60 };
  const tally = await inspectUnits(inspector, share, { defectRate: 0.5, absentRate: 0.03 });
  const { units, rightVerdicts, goodFailed, goodInvalid, wrongDatesAccepted, confusion, wrong } = tally;
  expect({ wrong, goodFailed, goodInvalid, wrongDatesAccepted }).toEqual({
    wrong: [],
    goodFailed: 0,
    goodInvalid: 0,
    wrongDatesAccepted: 0,
  });
  expect(rightVerdicts).toBe(units);
  expect(tally.goodPrints).toBeGreaterThan(20);
  expect([tally.exactDates, tally.exactTexts, tally.exactUnitIds]).toEqual(Array(3).fill(tally.goodPrints));
  expect(tally.offsets).toBeGreaterThan(40);
  expect(Math.sqrt(tally.offsetSquares / tally.offsets)).toBeLessThan(0.1);
  // Most fail by the very class that was made; a tear that reaches the date is named for one of the two.
  const named = Object.entries(confusion).filter(([key]) => key.split(" → ")[0] === key.split(" → ")[1]);
  const defective = Object.entries(confusion).filter(([key]) => !/^(good|absent) /.test(key));
  const count = (of: readonly (readonly [string, number])[]) => of.reduce((sum, [, n]) => sum + n, 0);
  expect(count(named.filter(([key]) => !key.startsWith("absent")))).toBeGreaterThanOrEqual(0.85 * count(defective));
}, 60_000);

// What a camera at fault sends says nothing about the unit: whatever it looks like, it may not leave as good.
test("no picture of a camera at fault passes, and no unit in it is taken for an empty belt", async () => {
  const tally = await inspectFaults(inspector, 31_337, 9);
  expect(tally).toMatchObject({ pictures: 63, passes: 0, vanished: 0 });
}, 60_000);
