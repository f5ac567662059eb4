import { blur, resize } from "../../../src/vision/grey.ts";
import {
  checkProduct,
  checkProductOptions,
  decideProduct,
  productDefect,
} from "../../../src/vision/likeness/check-product.ts";
import { findKeypoints } from "../../../src/vision/likeness/keypoints.ts";
import { sharedCorners } from "../../../src/vision/likeness/match.ts";
import type { Picture } from "../../../src/vision/picture.ts";

const side = 240;
/** A print of random blocks and discs: the same seed is the same product. */
function aPrint(seed: number): Picture {
  let state = seed * 7_919 + 17;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
  const data = new Uint8Array(side * side).fill(200);
  for (let i = 0; i < 90; i++) {
    const [cx, cy, w, h, tone, isDisc] = [next(side), next(side), 5 + next(22), 5 + next(22), next(256), next(3) === 0];
    for (let y = Math.max(0, cy - h); y < Math.min(side, cy + h); y++)
      for (let x = Math.max(0, cx - w); x < Math.min(side, cx + w); x++)
        if (!isDisc || Math.hypot(x - cx, y - cy) < w) data[y * side + x] = tone;
  }
  return { data, width: side, height: side, channels: 1 };
}
/** The print as a camera sees it another time: turned, scaled, shifted, darker, softer, noisy. */
function seenAgain(picture: Picture, turn: number, size: number): Picture {
  const [cos, sin] = [Math.cos(turn) / size, Math.sin(turn) / size];
  const data = new Uint8Array(side * side).fill(90);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [u, v] = [x - side / 2 - 6, y - side / 2 + 4];
      const [px, py] = [Math.round(side / 2 + u * cos + v * sin), Math.round(side / 2 - u * sin + v * cos)];
      if (px >= 0 && py >= 0 && px < side && py < side)
        data[y * side + x] = 20 + 0.7 * picture.data[py * side + px]! + ((x * 31 + y * 17) % 9);
    }
  const soft = blur({ data, width: side, height: side }, 0.8);
  return { ...picture, data: new Uint8Array(soft.data) };
}
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
