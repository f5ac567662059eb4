import { noExpectation } from "../../../src/domain/expectation.ts";
import { judge } from "../../../src/vision/judge.ts";
import { inPlace } from "../../../src/vision/placement.ts";
import type { Finding } from "../../../src/vision/step.ts";
import { openSnackBagStep } from "../../support/snack-bag-measures.ts";
import { drawBags, drawDefective, drawEmpty, upright } from "../../support/snack-bag-pictures.ts";

const context = { signal: new AbortController().signal, now: () => 0 };
type Drawn = Awaited<ReturnType<typeof drawEmpty>>;
async function measured(measures: Readonly<Record<string, unknown>>, picture: Drawn): Promise<Finding> {
  await using step = await openSnackBagStep("measure", { measures });
  return step.run({ picture, place: inPlace, expected: noExpectation }, context);
}
const verdictOf = (finding: Finding) => judge([finding], {}).verdict;

// Whoever gave only a limit means: a label, and it lies well. No label lies nowhere, which is no pass.
describe("a label that is not found, of a recipe without `missing` and `wrong`", () => {
  const pictures = async () => ({
    missing: (await drawDefective("LABEL_MISSING"))(upright),
    wrong: (await drawDefective("WRONG_LABEL"))(upright),
    "out of reach": (await drawBags())(upright, { dx_mm: 14, dy_mm: 0 }),
  });
  test("fails as the limit's class, surely", async () => {
    const limits = { offset_mm: { max: 2, class: "LABEL_OFFSET" } };
    for (const picture of Object.values(await pictures()))
      expect(verdictOf(await measured({ label: { part: "label", reachMm: 4, limits } }, picture))).toMatchObject({
        kind: "fail",
        confidence: 1,
        defects: [{ class: "LABEL_OFFSET", zone: "label" }],
      });
  });
  test("is invalid where there is no limit either", async () => {
    for (const picture of Object.values(await pictures()))
      expect(verdictOf(await measured({ label: { part: "label", reachMm: 4 } }, picture))).toEqual({
        kind: "invalid",
        reason: "mislocated",
        detail: "the part label was not found",
      });
  });
});

// A seal that nowhere is lies neither off its place nor crooked: 0 mm of both would be a pass.
describe("an edge that is not there", () => {
  const edge = { edge: "seal-top", side: "top" };
  test.each(["shift_mm", "straightness_mm", "gap_mm"])(
    "fails as the class of its limit of %s, however large",
    async (limited) => {
      const limits = { [limited]: { max: 400, class: "SEAL_TORN" } };
      const finding = await measured({ seal: { ...edge, limits } }, await drawEmpty(1));
      expect(verdictOf(finding)).toMatchObject({ kind: "fail", confidence: 1, defects: [{ class: "SEAL_TORN" }] });
      // Unknown is not zero.
      expect(Object.keys(finding.measures!)).toEqual(["seal_gap_mm"]);
    },
  );
  test("is invalid without any limit", async () => {
    const finding = await measured({ seal: edge }, await drawEmpty(1));
    expect(verdictOf(finding)).toMatchObject({ kind: "invalid", reason: "mislocated" });
  });
});
