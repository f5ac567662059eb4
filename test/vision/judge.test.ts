import type { Defect } from "../../src/domain/defect.ts";
import { hotBox } from "../../src/vision/hot-box.ts";
import { judge } from "../../src/vision/judge.ts";
import type { Finding } from "../../src/vision/step.ts";

const rules = { SEAL: { reject: 0.6, review: 0.3, code: "Q-17" } };
const seal = (confidence: number): Defect => ({ class: "SEAL", confidence });

// The threshold itself fails: "from this confidence on" is what the recipe promises.
test.each([
  [0.1, "pass"],
  [0.599, "pass"],
  [0.6, "fail"],
  [1, "fail"],
])("a defect of confidence %d under a rule that rejects from 0.6 is %s", (confidence, kind) => {
  expect(judge([{ defects: [seal(confidence)] }], rules).verdict.kind).toBe(kind);
});

test("between review and reject it passes and says what should be looked at, with the MES code", () => {
  expect(judge([{ defects: [seal(0.4)] }], rules).verdict).toEqual({
    kind: "pass",
    confidence: 0.6,
    review: [{ ...seal(0.4), code: "Q-17" }],
  });
});

// Every comparison with NaN is false: without the check a broken model's figures would all be passes.
test.each([Number.NaN, Number.POSITIVE_INFINITY])("a confidence of %d is no verdict at all", (confidence) => {
  expect(() => judge([{ defects: [seal(confidence)] }], rules)).toThrow(/SEAL the confidence .* no number/);
  expect(() => judge([{ absent: { confidence } }], rules)).toThrow(/no number/);
});

test("a class without a rule fails from an even chance on", () => {
  const of = (confidence: number) => judge([{ defects: [{ class: "NEW", confidence }] }], rules).verdict.kind;
  expect([of(0.49), of(0.5)]).toEqual(["pass", "fail"]);
});

test("the surest defect comes first, and only those that count are named", () => {
  const { verdict } = judge([{ defects: [seal(0.7), seal(0.2)] }, { defects: [seal(0.9)] }], rules);
  expect(verdict).toMatchObject({ kind: "fail", confidence: 0.9, defects: [{ confidence: 0.9 }, { confidence: 0.7 }] });
});

// A shifted label is strange too, all around its edges: one defect, and its name is the one that somebody can act on.
test("what is only strange comes behind what has a name, and is left out where it touches it", () => {
  const name: Defect = { ...seal(0.7), box: [10, 10, 50, 20] };
  const strange = (x: number): Defect => ({ class: "ANOMALY", confidence: 0.99, box: [x, 15, 30, 30] });
  const classes = (...defects: Defect[]) => {
    const { verdict } = judge([{ defects: [name] }, { defects, namesNothing: true }], rules);
    return verdict.kind === "fail" && verdict.defects.map((d) => d.class);
  };
  expect(classes(strange(40))).toEqual(["SEAL"]);
  expect(classes(strange(100))).toEqual(["SEAL", "ANOMALY"]);
  expect(judge([{ defects: [strange(40)], namesNothing: true }], rules).verdict).toMatchObject({ kind: "fail" });
  expect(
    judge([{ defects: [seal(0.1)] }, { defects: [strange(40)], namesNothing: true }], rules).verdict,
  ).toMatchObject({
    kind: "fail",
    defects: [{ class: "ANOMALY" }],
  });
});

// A torn seal is torn, whatever else could not be read.
test("a defect outweighs what cannot be decided, and that outweighs a pass", () => {
  const unreadable = { invalid: { reason: "unreadable", detail: "no date" } } as const;
  expect(judge([unreadable, { defects: [seal(0.7)] }], rules).verdict.kind).toBe("fail");
  expect(judge([unreadable, { defects: [seal(0.5)] }], rules).verdict).toEqual({
    kind: "invalid",
    reason: "unreadable",
    detail: "no date",
  });
});

// An empty place is no product: it may neither fail nor count as one.
test("nothing there is absent, whatever the score", () => {
  expect(judge([{ absent: { confidence: 0.8 }, score: 40 }], rules)).toMatchObject({
    unitKind: "absent",
    verdict: { kind: "pass", confidence: 0.8 },
    score: 40,
  });
});

// An empty place has no torn seal and carries no code: one of the two is wrong, and neither may pass for the other.
test.each<[string, Finding]>([
  ["a defect that fails", { defects: [seal(0.99)] }],
  ["a unit's number", { unitId: { id: "4711", source: "code" } }],
  ["a code", { texts: { code: "4711" } }],
])("nothing there behind %s is invalid", (_, before) => {
  expect(judge([before, { absent: { confidence: 0.8 } }], rules)).toMatchObject({
    unitKind: "production",
    verdict: { kind: "invalid", reason: "mislocated" },
  });
});
test("nothing there behind what is no proof of a unit is absent", () => {
  const before: Finding[] = [{ defects: [seal(0.5)] }, { invalid: { reason: "unreadable", detail: "no code" } }];
  expect(judge([...before, { absent: { confidence: 0.8 } }], rules)).toMatchObject({ unitKind: "absent" });
});

test("measures, texts and times of all steps come together", () => {
  const { measures, texts, inferenceMs, unitId, unitIdSource } = judge(
    [
      { measures: { offset_mm: 1 }, inferenceMs: 3 },
      { measures: { turn_deg: 2 }, texts: { date: "2025-07-14" }, inferenceMs: 4, unitId: { id: "7", source: "code" } },
    ],
    rules,
  );
  expect({ measures, texts, inferenceMs, unitId, unitIdSource }).toEqual({
    measures: { offset_mm: 1, turn_deg: 2 },
    texts: { date: "2025-07-14" },
    inferenceMs: 7,
    unitId: "7",
    unitIdSource: "code",
  });
});

test("the box is around the hot region that holds the peak, in px of the camera's image, and stays inside it", () => {
  const map = new Float32Array(20).fill(0.5);
  map.set([3, 4], 6);
  map[12] = 2.5;
  map[19] = 2.9;
  // Columns 1 and 2 of rows 1 and 2 (128 px each); the hot cell in the corner touches nothing of it.
  expect(hotBox({ map, width: 640, height: 512 }, { rows: 4, columns: 5 })).toEqual([128, 128, 256, 256]);
  expect(hotBox({ map: map.fill(1), width: 333, height: 101 }, { rows: 4, columns: 5 })).toEqual([0, 0, 333, 101]);
});
