import { fileURLToPath } from "node:url";
import { type SyntheticDefect, syntheticOptions } from "../../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../../src/cameras/synthetic/renderer.ts";
import { unitTruth } from "../../../src/cameras/synthetic/unit-truth.ts";
import { noExpectation } from "../../../src/domain/expectation.ts";
import { inPlace } from "../../../src/vision/placement.ts";
import type { Finding, OpenStep } from "../../../src/vision/step.ts";
import { siteOf } from "../../../src/vision/step-site.ts";
import classify from "../../../src/vision/steps/classify.ts";

const learned = [
  "SEAL_TORN",
  "CONTAMINATION",
  "CODE_UNREADABLE",
  "DATE_CODE",
  "LABEL_OFFSET",
  "LABEL_MISSING",
  "WRONG_LABEL",
] as const satisfies readonly SyntheticDefect[];
const id = "snack-bag-classifier@1";
const context = { signal: new AbortController().signal, now: () => 0 };
let step: OpenStep;
beforeAll(async () => {
  const folder = fileURLToPath(new URL(`../../../models/${id}`, import.meta.url));
  step = await classify.open(
    classify.options.parse({ model: id, report: learned }),
    siteOf({ zones: {}, steps: [] }, "CAM-01", ".", { [id]: folder }),
  );
});
afterAll(() => step[Symbol.asyncDispose]());

async function findings(over: Record<string, unknown>, count: number): Promise<(Finding & { unit: number })[]> {
  const renderer = await createSyntheticRenderer(syntheticOptions.parse({ seed: 8_181, absentRate: 0, ...over }));
  const all: (Finding & { unit: number })[] = [];
  for (let unit = 1; unit <= count; unit++)
    all.push({
      unit,
      ...(await step.run({ picture: renderer.render(unit)!, place: inPlace, expected: noExpectation }, context)),
    });
  return all;
}
const isCalled = (name: string, { defects = [] }: Finding): boolean =>
  defects.some((d) => d.class === name && d.confidence >= 0.5);

// What is shipped must work on units that it never saw, with the rule that holds where a recipe says nothing.
test("good units pass, and an empty belt is absent", async () => {
  for (const { defects = [], absent } of await findings({ goodOnly: true }, 40)) {
    expect(absent).toBeUndefined();
    expect(defects.filter((d) => d.confidence >= 0.5)).toEqual([]);
  }
  for (const { absent } of await findings({ absentRate: 1 }, 5)) expect(absent!.confidence).toBeGreaterThan(0.9);
});

test.each(learned)("%s is found, with its probability", async (only) => {
  const over = { only, defectRate: 1 };
  const options = syntheticOptions.parse({ seed: 8_181, absentRate: 0, ...over });
  // A date that is printed well, but wrong, shows to a reader only.
  const shown = (await findings(over, 16)).filter(({ unit }) =>
    unitTruth(options, unit).defects.every((d) => d.class !== "DATE_CODE" || d.kind === "faded"),
  );
  const found = shown.filter((finding) => isCalled(only, finding));
  expect(shown.length).toBeGreaterThan(8);
  expect(found.length / shown.length).toBeGreaterThanOrEqual(only === "CONTAMINATION" ? 0.8 : 1);
  for (const { defects } of found) expect(defects!.find((d) => d.class === only)!.probability).toBeGreaterThan(0.5);
});
