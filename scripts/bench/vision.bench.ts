// What a recipe costs beside the model that it cannot do without, step by step and interleaved with it. Times are those of
// the inference thread itself (its processor time), so that other work on the machine does not count; `wall` tells what the
// clock says. One JSON line.
import { parseArgs } from "node:util";
import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import type { CameraRecipe, Recipe, StepSetup } from "../../src/domain/recipe.ts";
import { type Inspector, openInspector } from "../../test/support/synthetic-accuracy/inspector.ts";

const { values } = parseArgs({
  options: {
    recipe: { type: "string", default: "models/recipes/SNACK-BAG@1.yaml" },
    classifier: { type: "string", default: "snack-bag-classifier@1" },
    units: { type: "string", default: "300" },
    seed: { type: "string", default: "808" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log("usage: npm run bench:vision -- [--units 300] [--recipe FILE] [--classifier NAME@VERSION] [--seed N]");
  process.exit(0);
}
const units = Number(values.units);
/** Processor time of this thread, ms. The system counts it in steps of some ms, so only means say something. */
const threadMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

/** The recipe with other steps for its only camera. */
const withSteps = (choose: (steps: readonly StepSetup[]) => readonly StepSetup[]) => (recipe: Recipe) => ({
  ...recipe,
  cameras: Object.fromEntries(
    Object.entries(recipe.cameras).map(([id, camera]): [string, CameraRecipe] => [
      id,
      { ...camera, steps: choose(camera.steps) },
    ]),
  ),
});
const only = (...names: string[]) => withSteps((steps) => steps.filter(({ step }) => names.includes(step)));
const classify: StepSetup = {
  step: "classify",
  options: { model: values.classifier, report: ["SEAL_TORN", "CONTAMINATION", "LABEL_MISSING", "WRONG_LABEL"] },
};

await using stack = new AsyncDisposableStack();
const open = async (change: (recipe: Recipe) => Recipe): Promise<Inspector> =>
  stack.use(await openInspector(values.recipe, change, threadMs));
const paths = {
  anomaly: await open(only("locate", "measure", "read-code", "anomaly")),
  dates: await open(only("locate", "measure", "read-code", "anomaly", "read-date")),
  classifier: await open(
    withSteps((steps) => [...steps.filter(({ step }) => ["locate", "measure", "read-code"].includes(step)), classify]),
  ),
  // The least that a classifier needs around it: no other step.
  classifierAlone: await open(withSteps(() => [classify])),
};

const renderer = await createSyntheticRenderer(
  syntheticOptions.parse({ seed: Number(values.seed), goodOnly: true, absentRate: 0 }),
);
const spent: Record<string, number[]> = Object.fromEntries(Object.keys(paths).map((name) => [name, []]));
const wall: number[] = [];
let passes = 0;
// The compiler has seen everything after these.
const warm = 40;
for (let unit = 1; unit <= warm + units; unit++) {
  const picture = renderer.render(unit * 401)!;
  for (const [name, inspector] of Object.entries(paths)) {
    const [start, wallStart] = [threadMs(), performance.now()];
    const answer = await inspector.inspect(picture);
    if (unit > warm) spent[name]!.push(threadMs() - start);
    if (unit > warm && name === "anomaly") wall.push(performance.now() - wallStart);
    passes += Number("inspection" in answer && answer.inspection.verdict.kind === "pass");
  }
}

const quantile = (list: readonly number[], q: number): number =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))] ?? Number.NaN;
const rounded = (value: number): number => Number(value.toPrecision(4));
const mean = (list: readonly number[]): number => list.reduce((sum, v) => sum + v, 0) / list.length;
const stepMs = (inspector: Inspector, step: string): readonly number[] => inspector.times.get(step)!.slice(-units);
/** The model's step alone, in the same runs: what it would cost without everything else. */
const bareAnomaly = mean(stepMs(paths.anomaly, "anomaly"));
const bareClassifier = mean(stepMs(paths.classifierAlone, "classify"));
const ms = Object.fromEntries(Object.entries(spent).map(([name, list]) => [name, mean(list)])) as Record<
  keyof typeof paths,
  number
>;
const bar = (value: number, limit: number, isFloor = false) => ({
  value: rounded(value),
  bar: limit,
  isMet: isFloor ? value >= limit : value <= limit,
});
const bars = {
  anomalyPathToModel: bar(ms.anomaly / bareAnomaly, 1.5),
  classifierPathMinusModelMs: bar(ms.classifierAlone - bareClassifier, 1.5),
  anomalyUnitsPerMinute: bar(60_000 / ms.anomaly, 5_000, true),
  classifierUnitsPerMinute: bar(60_000 / ms.classifierAlone, 16_000, true),
  p99ToP50: bar(quantile(wall, 0.99) / quantile(wall, 0.5), 3),
};
const isMet = Object.values(bars).every((b) => b.isMet);
console.log(
  JSON.stringify({
    bench: "vision",
    recipe: values.recipe,
    units,
    ...bars,
    pathMs: Object.fromEntries(Object.entries(ms).map(([name, value]) => [name, rounded(value)])),
    stepMs: Object.fromEntries(
      [...paths.dates.times.keys()].map((step) => [step, rounded(mean(stepMs(paths.dates, step)))]),
    ),
    classifyMs: rounded(bareClassifier),
    classifierAfterLocateMeasureCodeMs: rounded(ms.classifier),
    wallMs: { path: "anomaly", p50: rounded(quantile(wall, 0.5)), p99: rounded(quantile(wall, 0.99)) },
    passes,
    isMet,
  }),
);
process.exitCode = isMet ? 0 : 1;
