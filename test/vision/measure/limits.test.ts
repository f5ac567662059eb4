import { overLimitText } from "../../../src/vision/measure/limits.ts";

// "label 0.73 mm" on the picture of a rejected unit says nothing without the limit that it broke.
test("what is beyond its limit is named with the limit, what is within is not", () => {
  const limits = { offset_mm: { max: 0.5, class: "LABEL_OFFSET" }, turn_deg: { max: 2, class: "LABEL_OFFSET" } };
  expect(overLimitText({ offset_mm: 0.731, turn_deg: 1 }, limits)).toBe("offset 0.73 mm, limit 0.5 mm");
  expect(overLimitText({ offset_mm: 0.1, turn_deg: 1 }, limits)).toBe("");
  expect(overLimitText({ offset_mm: 9 }, {})).toBe("");
});
