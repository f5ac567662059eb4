import fc from "fast-check";
import { isWanted, markedName, pictureName, timeOfPicture } from "../../src/domain/evidence.ts";
import { defaultEvidencePolicy, type EvidencePolicy } from "../../src/domain/recipe.ts";
import type { Verdict } from "../../src/domain/verdict.ts";

const defect = { class: "SEAL_TORN", confidence: 0.4 } as const;
const pass: Verdict = { kind: "pass", confidence: 0.9 };
const none: EvidencePolicy = { ...defaultEvidencePolicy, fails: false, invalids: false, reviews: false };

test.each<[string, Partial<EvidencePolicy>, Verdict, number, boolean]>([
  ["a fail", { fails: true }, { kind: "fail", confidence: 0.9, defects: [defect] }, 0, true],
  ["a fail that nobody wants", {}, { kind: "fail", confidence: 0.9, defects: [defect] }, 0, false],
  ["an invalid", { invalids: true }, { kind: "invalid", reason: "blurred" }, 0, true],
  ["a picture that nobody decided on", { invalids: true }, { kind: "notInspected", reason: "overload" }, 0, true],
  ["a pass to be looked at", { reviews: true }, { ...pass, review: [defect] }, 3, true],
  ["a pass to be looked at, as any pass", { passes: 2 }, { ...pass, review: [defect] }, 3, false],
  ["the first pass of three", { passes: 3 }, pass, 0, true],
  ["the second", { passes: 3 }, pass, 1, false],
  ["the fourth", { passes: 3 }, pass, 3, true],
  ["any pass, when none is wanted", {}, pass, 0, false],
])("%s", (_, policy, verdict, passes, wanted) => {
  expect(isWanted({ ...none, ...policy }, "production", verdict, passes)).toBe(wanted);
});

// An empty place is no unit: one in so many of them would only fill the disk.
test("the picture of an empty place is not one of the passes", () => {
  expect(isWanted({ ...none, passes: 1 }, "absent", pass, 0)).toBe(false);
});

const id = fc.stringMatching(/^[A-Z0-9_-]{1,32}$/);
const named = fc.record({
  station: id,
  cameraId: id,
  at: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
  triggerId: fc.integer({ min: 1, max: 65_535 }),
  verdict: fc.constantFrom("pass", "fail", "invalid", "notInspected"),
  format: fc.constantFrom("webp", "jpeg"),
} as const);

// Retention and the audit know a picture's age by its name alone.
test("a name tells its time, with marks and without, whatever station and camera are called", () => {
  fc.assert(
    fc.property(named, (of) => {
      const file = pictureName(of);
      expect(timeOfPicture(file)).toBe(of.at);
      expect(timeOfPicture(markedName(file))).toBe(of.at);
      expect(markedName(file)).not.toBe(file);
      expect(file.length).toBeLessThan(250); // a String of the information model has at most 254 characters
    }),
  );
});
test("what is no picture has no time", () => {
  for (const name of ["", "notes.txt", "LINE-01_20261123T103016632Z.webp", "a.webp.part"])
    expect(timeOfPicture(name)).toBeUndefined();
});
