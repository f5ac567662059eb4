import fc from "fast-check";
import { type Detection, decodeDetections, overlapOf, withoutRepeats } from "../../../src/vision/model/detections.ts";

const card = { classes: ["DENT", "SCRATCH"], confidence: 0.25 } as const;
const box = (x: number, confidence: number, name = "DENT"): Detection => ({
  class: name,
  confidence,
  box: [x, 0, 10, 10],
});

// Both layouts of the YOLO family say the same two boxes here.
test("the two layouts give the same boxes, the surest first, px of the input", () => {
  const v8 = decodeDetections(
    { ...card, classes: [...card.classes], output: { name: "o", layout: "yolov8" } },
    // Rows: middle x, middle y, width, height, DENT, SCRATCH; columns: three boxes.
    Float32Array.of(20, 60, 5, 30, 40, 5, 10, 20, 2, 20, 8, 2, 0.5, 0.125, 0.125, 0.25, 0.75, 0.125),
    [1, 6, 3],
  );
  const v5 = decodeDetections(
    { ...card, classes: [...card.classes], output: { name: "o", layout: "yolov5" } },
    Float32Array.of(20, 30, 10, 20, 0.5, 1, 0.5, 60, 40, 20, 8, 1, 0.125, 0.75, 5, 5, 2, 2, 0.125, 1, 1),
    [1, 3, 7],
  );
  expect(v8).toEqual([
    { class: "SCRATCH", confidence: 0.75, box: [50, 36, 20, 8] },
    { class: "DENT", confidence: 0.5, box: [15, 20, 10, 20] },
  ]);
  expect(v5).toEqual(v8);
});

test("of boxes of one class that overlap the surest is kept; other classes and other places are untouched", () => {
  const given = [box(0, 0.9), box(2, 0.8), box(3, 0.7, "SCRATCH"), box(40, 0.6)];
  expect(withoutRepeats(given, 0.5)).toEqual([given[0], given[2], given[3]]);
  // 8 of 12 px in common is 0.67: with a laxer limit both stay.
  expect(withoutRepeats(given, 0.7)).toEqual(given);
});

// A box that is suppressed suppresses nothing: otherwise a chain of neighbours would vanish with the first.
test("what is kept never overlaps, and what is dropped overlaps something surer that is kept", () => {
  const boxes = fc.array(
    fc.record({ x: fc.integer({ min: 0, max: 60 }), confidence: fc.double({ min: 0, max: 1, noNaN: true }) }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(boxes, (list) => {
      const sorted = list.map(({ x, confidence }) => box(x, confidence)).sort((a, b) => b.confidence - a.confidence);
      const kept = withoutRepeats(sorted, 0.4);
      for (const [i, a] of kept.entries())
        for (const b of kept.slice(i + 1)) expect(overlapOf(a.box, b.box)).toBeLessThanOrEqual(0.4);
      for (const dropped of sorted.filter((d) => !kept.includes(d)))
        expect(kept.some((k) => k.confidence >= dropped.confidence && overlapOf(k.box, dropped.box) > 0.4)).toBe(true);
    }),
  );
});
