import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import type { Picture } from "../../src/vision/picture.ts";
import { rowStep } from "../../src/vision/row-step.ts";

const [width, height] = [320, 200];
/** Stripes along the belt's way with a product on them; every row is drawn by `toneAt`. */
function drawn(toneAt: (x: number, y: number) => number): Picture {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data[y * width + x] = toneAt(x, y) + ((x * 31 + y * 57 + x * y) % 5);
  return { data, width, height, channels: 1 };
}
/** A bag with a bright label, sides and edges straight along rows and columns. */
const bag = (x: number, y: number): number => {
  if (x < 80 || x >= 240 || y < 30 || y >= 170) return 60;
  if (y < 45 || y >= 155) return 200;
  return x >= 120 && x < 200 && y >= 70 && y < 130 ? 230 : 130;
};
const print = (x: number, y: number): number => {
  const isPrinted = y >= 80 && y < 108 && x >= 125 && x < 195;
  return isPrinted && Math.imul((x >> 2) * 57 + (y >> 2), 2_654_435_761) >>> 30 === 0 ? 20 : bag(x, y);
};

// A seal is as straight across the picture as a tear is; it must not stop a line.
test.each<[string, (x: number, y: number) => number]>([
  ["a product with straight edges across", bag],
  ["dot print on it", print],
  ["a product that reaches across the whole picture", (_, y) => (y < 90 ? 60 : 200)],
  ["slanting stripes", (x, y) => ((x + 2 * y) % 96 < 48 ? 60 : 200)],
  ["an even place", () => 90],
])("%s goes on from row to row", (_, toneAt) => {
  expect(rowStep(drawn(toneAt))).toBeLessThan(0.7);
});

// Half of one moment and half of the next: a verdict on such a picture would be about no unit at all.
test.each([
  ["to the right, in the label", 40, 100],
  ["to the left, in the film", -24, 60],
  ["far, through the print", 75, 95],
])("a frame whose lower part has moved %s does not", (_, shift, from) => {
  const torn = drawn((x, y) => (y < from ? print(x, y) : print((x - shift + width) % width, y)));
  expect(rowStep(torn)).toBeGreaterThan(2);
});

test("a picture too small to tell has no step", () => {
  for (const [w, h] of [
    [1, 1],
    [64, 300],
    [300, 8],
  ] as const)
    expect(rowStep({ data: new Uint8Array(w * h), width: w, height: h, channels: 1 })).toBe(0);
});

// The line that the demo shows: busy print, turned units, empty places, and pictures torn anywhere.
test("of the synthetic line's pictures, the torn ones stand out of all others", async () => {
  const given = { seed: 91, defectRate: 0.5, absentRate: 0.05 };
  const whole = await createSyntheticRenderer(syntheticOptions.parse(given));
  const faults = [{ fault: "torn", fromUnit: 1, units: 100 }];
  const torn = await createSyntheticRenderer(syntheticOptions.parse({ ...given, absentRate: 0, faults }));
  const steps = (of: typeof whole) => Array.from({ length: 40 }, (_, n) => rowStep(of.render(n + 1)!));
  const most = Math.max(...steps(whole));
  expect(most).toBeLessThan(1);
  expect(steps(torn).filter((step) => step > 1.5 * most).length).toBeGreaterThanOrEqual(36);
});
