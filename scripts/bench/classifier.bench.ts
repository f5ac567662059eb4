// How well a classifier of the synthetic line tells its defects on units that it has never seen: precision and recall per
// class, good units called bad, ms per unit. Exits ≠ 0 when a bar is missed.
import path from "node:path";
import { Command } from "commander";
import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import { unitTruth } from "../../src/cameras/synthetic/unit-truth.ts";
import { noExpectation } from "../../src/domain/expectation.ts";
import { defaultRule } from "../../src/domain/recipe.ts";
import { readModelCard } from "../../src/vision/model/package.ts";
import { inPlace } from "../../src/vision/placement.ts";
import { siteOf } from "../../src/vision/step-site.ts";
import classify from "../../src/vision/steps/classify.ts";
import { labelOf } from "../train-classifier/labels.ts";

const flags = new Command("classifier.bench")
  .description("Precision and recall of a classifier on fresh units of the synthetic line.")
  .option("--model <dir>", "model package", "models/snack-bag-classifier@1")
  .option("--seed <n>", "seed of the line, of none that it learned from", "404")
  .option("--units <n>", "units, 60 % of them with a defect", "2000")
  .option("--good <n>", "good units", "2200")
  .parse()
  .opts<{ model: string; seed: string; units: string; good: string }>();

const id = path.basename(flags.model);
const card = await readModelCard(flags.model);
if (card.kind !== "classifier") throw new Error(`${flags.model} is no classifier`);
const report = card.classes.filter((c) => c !== "ABSENT");
await using step = await classify.open(
  classify.options.parse({ model: id, report }),
  siteOf({ zones: {}, steps: [] }, "CAM-01", ".", { [id]: flags.model }),
);
const context = { signal: new AbortController().signal, now: () => performance.now() };

interface Tally {
  right: number;
  missed: number;
  wrong: number;
  /** Mean squared error of the probability. */
  squares: number;
}
const tallies = new Map<string, Tally>(
  card.classes.map((name) => [name, { right: 0, missed: 0, wrong: 0, squares: 0 }]),
);
const ms: number[] = [];
/** Good units of which something was said, by what. */
const falseAlarms: Record<string, number> = {};
let goodUnits = 0;
let units = 0;

async function inspect(over: Record<string, unknown>, count: number): Promise<void> {
  const options = syntheticOptions.parse({ seed: Number(flags.seed), ...over });
  const renderer = await createSyntheticRenderer(options);
  for (let unit = 1; unit <= count; unit++) {
    const picture = renderer.render(unit)!;
    const finding = await step.run({ picture, place: inPlace, expected: noExpectation }, context);
    ms.push(finding.inferenceMs!);
    const defects = finding.defects ?? [];
    const said = finding.absent
      ? ["ABSENT"]
      : defects.filter((d) => d.confidence >= defaultRule.reject).map((d) => d.class);
    const { classes } = labelOf(unitTruth(options, unit));
    for (const [name, tally] of tallies) {
      const [is, called] = [classes.includes(name), said.includes(name)];
      if (is && called) tally.right += 1;
      else if (is) tally.missed += 1;
      else if (called) tally.wrong += 1;
      const probability = defects.find((d) => d.class === name)?.probability ?? 0;
      tally.squares += (probability - Number(is)) ** 2;
    }
    units += 1;
    if (classes.length > 0) continue;
    goodUnits += 1;
    for (const name of said) falseAlarms[name] = (falseAlarms[name] ?? 0) + 1;
    if (said.length > 0) falseAlarms["units"] = (falseAlarms["units"] ?? 0) + 1;
  }
}
await inspect({ defectRate: 0.6, absentRate: 0.02 }, Number(flags.units));
await inspect({ seed: Number(flags.seed) + 1, goodOnly: true }, Number(flags.good));

const digits = (value: number, n = 4): number => Number(value.toFixed(n));
const classes = Object.fromEntries(
  [...tallies].map(([name, { right, missed, wrong, squares }]) => [
    name,
    {
      shown: right + missed,
      precision: digits(right / (right + wrong)),
      recall: digits(right / (right + missed)),
      ...(name === "ABSENT" ? {} : { brier: digits(squares / units, 5) }),
    },
  ]),
);
console.table(classes);
ms.sort((a, b) => a - b);
const falseRejectRate = (falseAlarms["units"] ?? 0) / goodUnits;
// Crumbs on a code or on the print of a label look much like what they lie on.
const barOf = (name: string): number => (name === "CONTAMINATION" ? 0.9 : 0.99);
const isMet = falseRejectRate <= 0.002 && Object.entries(classes).every(([name, { recall }]) => recall >= barOf(name));
console.log(
  JSON.stringify({
    case: `accuracy of ${id} on the synthetic line`,
    seed: Number(flags.seed),
    units,
    goodUnits,
    falseRejectRate: { value: digits(falseRejectRate, 5), bar: 0.002 },
    recall: Object.fromEntries(
      Object.entries(classes).map(([name, { recall }]) => [name, { value: recall, bar: barOf(name) }]),
    ),
    falseAlarms,
    classes,
    msPerUnit: {
      p50: digits(ms[ms.length >> 1]!, 2),
      p99: digits(ms[Math.floor(ms.length * 0.99)]!, 2),
      min: digits(ms[0]!, 2),
    },
    isMet,
  }),
);
process.exitCode = isMet ? 0 : 1;
