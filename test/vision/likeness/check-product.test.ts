import { resize } from "../../../src/vision/grey.ts";
import {
  checkProduct,
  checkProductOptions,
  decideProduct,
  productDefect,
} from "../../../src/vision/likeness/check-product.ts";
import { findKeypoints } from "../../../src/vision/likeness/keypoints.ts";
import { sharedCorners } from "../../../src/vision/likeness/match.ts";
import type { Picture } from "../../../src/vision/picture.ts";
import { aPrint, seenAgain, printSide as side } from "../../support/random-print.ts";

const context = { signal: new AbortController().signal, now: () => 0 };
const step = checkProduct(
  new Map([
    ["A", [aPrint(1)]],
    ["B", [aPrint(2)]],
  ]),
  checkProductOptions.parse({ corners: 200 }),
);

// No two pictures of one product lie alike; what is compared must not depend on it.
test.each([
  ["as taught", 0, 1],
  ["turned by 25°", 0.44, 1],
  ["upside down", Math.PI, 1],
  ["a quarter smaller", 0.1, 0.75],
  ["a quarter larger", -0.2, 1.25],
])("a product %s is recognised, and is the wrong one where another is expected", async (_, turn, size) => {
  const picture = seenAgain(aPrint(1), turn, size);
  const right = await step.run({ picture, sku: "A" }, context);
  expect(right.outcome).toBe("match");
  expect(productDefect(right)).toBeUndefined();
  const wrong = await step.run({ picture, sku: "B" }, context);
  expect(wrong.outcome).toBe("wrongProduct");
  expect(productDefect(wrong)).toMatchObject({ class: "WRONG_PRODUCT" });
});

// Not seen is not right: a blank wall, something unknown, an unknown expectation.
test.each<[string, Picture, string]>([
  ["a blank picture", { ...aPrint(1), data: new Uint8Array(side * side).fill(128) }, "A"],
  ["a product that nobody taught", seenAgain(aPrint(3), 0.1, 1), "A"],
  ["a picture of one pixel", { data: new Uint8Array(1), width: 1, height: 1, channels: 1 }, "A"],
])("%s is undecided", async (_, picture, sku) => {
  expect((await step.run({ picture, sku }, context)).outcome).toBe("undecided");
});

const options = { leastShared: 10, lead: 1.35 };
test.each<[Record<string, number>, string, string]>([
  [{ A: 30, B: 10 }, "A", "match"],
  [{ A: 30, B: 10 }, "B", "wrongProduct"],
  [{ A: 30, B: 10 }, "C", "wrongProduct"],
  [{ A: 30, B: 28 }, "A", "undecided"],
  [{ A: 9, B: 1 }, "A", "undecided"],
  [{ A: 9, B: 1 }, "B", "undecided"],
  [{ A: 12 }, "A", "match"],
  [{}, "A", "undecided"],
])("shared corners %j for %s: %s", (shared, sku, outcome) => {
  expect(decideProduct(new Map(Object.entries(shared)), sku, options)).toBe(outcome);
});

test("a larger picture of the same print shares its corners too", () => {
  const small = { ...aPrint(5) };
  const large = resize(small, 2 * side, 2 * side);
  expect(sharedCorners(findKeypoints(large, 200), findKeypoints(small, 200))).toBeGreaterThan(20);
});
