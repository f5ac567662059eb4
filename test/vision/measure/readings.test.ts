import fc from "fast-check";
import { edgeLine } from "../../../src/vision/measure/edge-line.ts";
import { exceeds } from "../../../src/vision/measure/exceeds.ts";
import { overLimits } from "../../../src/vision/measure/limits.ts";

const quantity = fc.double({ min: 0, max: 1e6, noNaN: true });
const limit = fc.double({ min: 1e-3, max: 1e4, noNaN: true });

// The recipe's rule is compared with it: whoever sets "reject: 0.5" means the tolerance.
test("the reading is 0.5 at the limit, within 0..1, and never falls when the quantity rises", () => {
  expect(exceeds(0, 2)).toBe(0);
  fc.assert(
    fc.property(quantity, quantity, limit, (a, b, of) => {
      expect(exceeds(of, of)).toBe(0.5);
      const [low, high] = [exceeds(Math.min(a, b), of), exceeds(Math.max(a, b), of)];
      expect(low).toBeLessThanOrEqual(high);
      expect(low >= 0 && high <= 1).toBe(true);
    }),
  );
});

test("of several quantities of one class the worst counts, and each carries all that was measured", () => {
  const limits = { offset_mm: { max: 2, class: "OFF" }, turn_deg: { max: 3, class: "OFF" } };
  expect(overLimits({ offset_mm: 2.2, turn_deg: 9 }, limits, { zone: "label" })).toEqual([
    { class: "OFF", confidence: exceeds(9, 3), zone: "label", measures: { offset_mm: 2.2, turn_deg: 9 } },
  ]);
  expect(overLimits({ offset_mm: 0.5, turn_deg: 1 }, limits, {})).toEqual([]);
});

test("an edge: where it lies, how straight it is whatever its tilt, and the longest gap in it", () => {
  const tilted = Array.from({ length: 21 }, (_, i) => 3 + (i - 10) * 0.1);
  const line = edgeLine(tilted, 5);
  expect(line.course!.shift).toBeCloseTo(3, 9);
  expect(line.course!.straightness).toBeCloseTo(0, 9);
  expect(line.gap.count).toBe(0);
  const torn = tilted.map((t, i) => (i >= 4 && i < 9 ? undefined : i === 9 ? 14 : i === 15 ? undefined : t));
  expect(edgeLine(torn, 5).gap).toEqual({ first: 4, count: 6 });
  expect(edgeLine([undefined, undefined], 5)).toEqual({ course: undefined, gap: { first: 0, count: 2 } });
  // Half of them is an edge, fewer are chance.
  expect(edgeLine([1, undefined, 1, undefined], 5).course).toEqual({ shift: 1, straightness: 0 });
  expect(edgeLine([1, undefined, undefined, 1, undefined], 5).course).toBeUndefined();
});
