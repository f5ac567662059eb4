import {
  type Box,
  bagBox,
  codeBox,
  datePanelBox,
  frameSize,
  labelBox,
  sealHeight,
} from "../../src/cameras/synthetic/geometry.ts";
import { syntheticDefects, syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { boxInFrame, placementOf } from "../../src/cameras/synthetic/placement.ts";
import { otherGtins, productGtin } from "../../src/cameras/synthetic/product-code.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import { unitTruth } from "../../src/cameras/synthetic/unit-truth.ts";
import { gtin14 } from "../../src/vision/codes/gs1.ts";

const grown = ([x, y, width, height]: Box, by: number): Box => [x - by, y - by, width + 2 * by, height + 2 * by];
const options = (over: Record<string, unknown> = {}) => syntheticOptions.parse({ seed: 5, ...over });
const { abs } = Math;
const units = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test("defects and absent units come at about the configured rates, and all classes occur", () => {
  // Benches compare rates over thousands of units; a generator that clusters or skips would make them meaningless.
  const truths = units(20_000).map((n) => unitTruth(options({ defectRate: 0.05, absentRate: 0.01 }), n));
  const present = truths.filter((t) => !t.absent);
  const defective = present.filter((t) => t.defects.length > 0);
  expect((truths.length - present.length) / truths.length).toBeCloseTo(0.01, 2);
  expect(Math.abs(defective.length / present.length - 0.05)).toBeLessThan(0.005);
  const classes = new Set(defective.flatMap((t) => t.defects.map((d) => d.class)));
  expect([...classes].sort()).toEqual([...syntheticDefects].sort());
});

test("an absent unit has no defects, and no unit has the same class twice", () => {
  for (const n of units(5_000)) {
    const { absent, defects } = unitTruth(options({ defectRate: 0.9, absentRate: 0.2 }), n);
    if (absent) expect(defects).toEqual([]);
    expect(new Set(defects.map((d) => d.class)).size).toBe(defects.length);
  }
});

test("a label offset is between 3 and 8.2 mm, and its millimetres are those of its pixels", () => {
  // offset_mm is what a measuring step is judged by.
  for (const n of units(2_000)) {
    const [defect] = unitTruth(options({ only: "LABEL_OFFSET", defectRate: 1, absentRate: 0 }), n).defects;
    if (defect?.class !== "LABEL_OFFSET") throw new Error(`unit ${n} has no label offset`);
    expect(defect.offset_mm).toBeGreaterThanOrEqual(3);
    expect(defect.offset_mm).toBeLessThanOrEqual(8.2);
    expect(defect.offset_mm).toBeCloseTo(Math.hypot(defect.dx, defect.dy) / 2, 2);
  }
});

test("changing one rate leaves the fate of all other units alone", () => {
  // A bench that raises the defect rate must still see the same empty belts and camera faults.
  const few = units(3_000).map((n) => unitTruth(options({ absentRate: 0.02, cameraFaultRate: 0.005 }), n));
  const many = units(3_000).map((n) =>
    unitTruth(options({ absentRate: 0.02, cameraFaultRate: 0.005, defectRate: 0.5 }), n),
  );
  expect(many.map((t) => [t.absent, t.cameraFault])).toEqual(few.map((t) => [t.absent, t.cameraFault]));
  for (const [i, t] of few.entries()) if (t.defects.length > 0) expect(many[i]!.defects).toEqual(t.defects);
});

// What finds runs of defects must be shown one whose first and last unit are known.
test("a planned run has its defect in every unit that is there, and leaves all others alone", () => {
  const plan = { defect: "SEAL_TORN", fromUnit: 100, units: 30 };
  const [with_, without] = [options({ bursts: [plan] }), options()].map((o) => units(200).map((n) => unitTruth(o, n)));
  for (const [i, truth] of with_!.entries()) {
    const isIn = truth.unit >= 100 && truth.unit < 130;
    if (isIn && !truth.absent) expect(truth.defects.map((d) => d.class)).toEqual(["SEAL_TORN"]);
    if (!isIn) expect(truth).toEqual(without![i]);
  }
});

test("goodOnly has neither defects nor empty belts nor random faults, but keeps the planned ones", () => {
  const plan = { fault: "covered", fromUnit: 10, units: 2 };
  const truths = units(500).map((n) =>
    unitTruth(options({ goodOnly: true, defectRate: 1, absentRate: 1, cameraFaultRate: 1, faults: [plan] }), n),
  );
  expect(truths.filter((t) => t.absent || t.defects.length > 0)).toEqual([]);
  expect(truths.filter((t) => t.cameraFault).map((t) => t.unit)).toEqual([10, 11]);
});

test("the label's true place is told for every unit that has one, good ones included", () => {
  // A measuring step is judged by it: on good units too, where it has to find almost nothing.
  for (const n of units(2_000)) {
    const { absent, defects, label } = unitTruth(options({ defectRate: 0.5, absentRate: 0.1 }), n);
    const moved = defects.find((d) => d.class === "LABEL_OFFSET");
    const isMissing = absent || defects.some((d) => d.class === "LABEL_MISSING");
    expect(label === undefined).toBe(isMissing);
    if (!label) continue;
    expect(label.offset_mm).toBeCloseTo(Math.hypot(label.dx_mm, label.dy_mm), 2);
    if (moved?.class === "LABEL_OFFSET") expect(label.offset_mm).toBe(moved.offset_mm);
    else expect(label.offset_mm).toBeLessThan(0.8);
  }
});

test("no two units of a seed have the same code, and another seed has others", () => {
  // A serial is what a unit is found again by.
  const codes = units(5_000).map((n) => unitTruth(options({ goodOnly: true }), n).code);
  expect(new Set(codes).size).toBe(5_000);
  expect(codes).not.toContain(unitTruth(options({ goodOnly: true, seed: 6 }), 1).code);
});

test("all GTINs have a valid check digit and only the product's own is on good units", () => {
  for (const gtin of [productGtin, ...otherGtins]) expect(gtin14(gtin)).toBe(gtin);
  for (const n of units(500)) {
    const { code, defects } = unitTruth(options({ defectRate: 0.5, absentRate: 0, only: "WRONG_PRODUCT" }), n);
    expect(code).toMatch(/^01\d{14}21\d{8}$/);
    expect(code!.slice(2, 16) === productGtin).toBe(defects.length === 0);
  }
});

test("a test piece comes at its unit with its own code and its one defect, whatever the rates say", () => {
  const piece = { unit: 7, code: "TEST-METAL-1", defect: "CONTAMINATION" };
  for (const over of [{ goodOnly: true }, { absentRate: 1 }, { defectRate: 1, only: "SEAL_TORN" }]) {
    const [with_, without] = [options({ ...over, testPieces: [piece] }), options(over)];
    const { absent, defects, code, testPiece } = unitTruth(with_, 7);
    expect({ absent, classes: defects.map((d) => d.class), code, testPiece }).toEqual({
      absent: false,
      classes: ["CONTAMINATION"],
      code: "TEST-METAL-1",
      testPiece: "TEST-METAL-1",
    });
    for (const n of [6, 8]) expect(unitTruth(with_, n)).toEqual(unitTruth(without, n));
  }
});

test("with prerendered pictures a unit's truth is that of the picture it shows", () => {
  const [again, once] = [options({ defectRate: 0.5, prerendered: 10 }), options({ defectRate: 0.5 })];
  for (const n of units(50)) {
    const shown = 1 + ((n - 1) % 10);
    expect(unitTruth(again, n)).toEqual({ ...unitTruth(once, shown), unit: n });
  }
});

test("the boxes of label, date and code lie apart from each other and from the seals", () => {
  const places: readonly Box[] = [
    // Each with the frame that is drawn around it, or the play that it has.
    grown(labelBox, 1),
    grown(datePanelBox, 4),
    grown(codeBox, 4),
    [bagBox[0], bagBox[1], bagBox[2], sealHeight],
    [bagBox[0], bagBox[1] + bagBox[3] - sealHeight, bagBox[2], sealHeight],
  ];
  for (const [i, a] of places.entries())
    for (const b of places.slice(i + 1))
      expect(a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3]).toBe(false);
});

test("a random camera fault covers one run of units and says the same start in each", () => {
  const truths = units(4_000).map((n) => unitTruth(options({ cameraFaultRate: 0.004 }), n));
  const faulty = truths.filter((t) => t.cameraFault);
  expect(faulty.length).toBeGreaterThan(100);
  for (const { unit, cameraFault } of faulty) {
    expect(unit).toBeGreaterThanOrEqual(cameraFault!.fromUnit);
    expect(unit).toBeLessThan(cameraFault!.fromUnit + cameraFault!.units);
  }
});

test.each(syntheticDefects)("%s changes the picture, and only inside its box", async (only) => {
  // The truth is what recall and localisation are measured against: it has to be what the pixels show, nothing more.
  const bad = options({ only, defectRate: 1, absentRate: 0 });
  const [renderBad, renderGood] = [
    await createSyntheticRenderer(bad),
    await createSyntheticRenderer(options({ goodOnly: true })),
  ];
  for (const n of units(8)) {
    const [defect] = unitTruth(bad, n).defects;
    const [a, b] = [renderBad.render(n)!.data, renderGood.render(n)!.data];
    const boxes = [defect!.box];
    // A label that moved also uncovers the place where it should be (good labels lie up to 1 px off).
    if (only === "LABEL_OFFSET")
      boxes.push(
        boxInFrame(placementOf(bad.seed, n), [labelBox[0] - 1, labelBox[1] - 1, labelBox[2] + 2, labelBox[3] + 2]),
      );
    let inside = 0;
    let outside = 0;
    for (let p = 0, at = 0; at < a.length; p++, at += 3) {
      const change = abs(a[at]! - b[at]!) + abs(a[at + 1]! - b[at + 1]!) + abs(a[at + 2]! - b[at + 2]!);
      if (change === 0) continue;
      const [x, y] = [p % frameSize.width, (p / frameSize.width) | 0];
      const covered = boxes.some((o) => x >= o[0] - 1 && x <= o[0] + o[2] && y >= o[1] - 1 && y <= o[1] + o[3]);
      if (!covered) outside += 1;
      else if (change > 40) inside += 1;
    }
    expect({ n, outside }).toEqual({ n, outside: 0 });
    expect(inside).toBeGreaterThan(40);
  }
});
