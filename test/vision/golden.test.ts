import { deviationOf, deviationText } from "../../src/vision/model/golden.ts";

const figure = (actual: number) => ({ what: "score", expected: 1, actual, tolerance: 0.02 });

// A runtime that gives no number must not look like one that is right.
test("a deviation is counted in tolerances, and no number is infinitely far", () => {
  expect(deviationOf([figure(1.01), figure(0.97)])).toBeCloseTo(1.5);
  expect(deviationOf([figure(Number.NaN)])).toBe(Number.POSITIVE_INFINITY);
  expect(deviationText("golden/1.png", [figure(1.019)])).toBeUndefined();
  expect(deviationText("golden/1.png", [figure(1), figure(Number.NaN)])).toMatch(
    /golden\/1\.png gives score NaN, .* 1 ± 0\.02/,
  );
});
