// Locating and measuring against the synthetic line's exact truth. One JSON line. Usage: measure.bench.ts [units]

import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { placementOf } from "../../src/cameras/synthetic/placement.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import { unitTruth } from "../../src/cameras/synthetic/unit-truth.ts";
import { noExpectation } from "../../src/domain/expectation.ts";
import { judge } from "../../src/vision/judge.ts";
import { inPlace, toPicture } from "../../src/vision/placement.ts";
import type { Finding } from "../../src/vision/step.ts";
import { openSnackBagStep, snackBag } from "../../test/support/snack-bag-measures.ts";
import { truePlace } from "../../test/support/snack-bag-place.ts";

const units = Number(process.argv[2] ?? 2_000);
const options = syntheticOptions.parse({ seed: 77, defectRate: 0.5, absentRate: 0.01 });
const renderer = await createSyntheticRenderer(options);
await using locate = await openSnackBagStep("locate");
await using measure = await openSnackBagStep("measure");
const context = { signal: new AbortController().signal, now: () => performance.now() };

/** Runs both steps as the pipeline does. */
async function inspect(picture: ReturnType<typeof renderer.renderEmpty>) {
  const scene = { picture, expected: noExpectation, place: inPlace };
  const [start, cpu] = [performance.now(), process.threadCpuUsage()];
  const located = await locate.run(scene, context);
  const between = performance.now();
  const ends = located.absent || located.invalid?.ends;
  const measured: Finding = ends ? {} : await measure.run({ ...scene, place: located.place! }, context);
  const { user, system } = process.threadCpuUsage(cpu);
  const cpuMs = (user + system) / 1_000;
  return { located, measured, locateMs: between - start, measureMs: performance.now() - between, cpuMs };
}

const root = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / Math.max(1, values.length));
const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))] ?? 0;
const round = (value: number): number => Number(value.toPrecision(3));

const measurable = ["LABEL_OFFSET", "LABEL_MISSING", "WRONG_LABEL", "SEAL_TORN"];
const offsets: number[] = [];
const corners: number[] = [];
const times = { locateMs: [] as number[], measureMs: [] as number[], cpuMs: [] as number[] };
const confusion: Record<string, number> = {};
const counts = { absentRight: 0, absentWrong: 0, mislocated: 0 };
for (let unit = 1; unit <= units; unit++) {
  const truth = unitTruth(options, unit);
  const { located, measured, ...ms } = await inspect(renderer.render(unit)!);
  if (truth.absent || located.absent) {
    counts[truth.absent && located.absent ? "absentRight" : "absentWrong"] += 1;
    continue;
  }
  if (!located.place) {
    counts.mislocated += 1;
    continue;
  }
  // The first ones are slow until the compiler has seen them.
  if (unit > 100) for (const name of ["locateMs", "measureMs", "cpuMs"] as const) times[name].push(ms[name]);
  const place = truePlace(options.seed, unit);
  const [x, y, width, height] = snackBag.zones["unit"]!;
  for (const corner of [x, x + width].flatMap((cx) => [y, y + height].map((cy) => ({ x: cx, y: cy })))) {
    const [is, was] = [toPicture(place, corner), toPicture(located.place, corner)];
    corners.push(Math.hypot(is.x - was.x, is.y - was.y));
  }
  const [dx, dy] = [measured.measures?.["label_dx_mm"], measured.measures?.["label_dy_mm"]];
  const classes = truth.defects.map((d) => d.class);
  if (truth.label && !classes.includes("WRONG_LABEL"))
    offsets.push(
      dx === undefined || dy === undefined ? 99 : Math.hypot(dx - truth.label.dx_mm, dy - truth.label.dy_mm),
    );
  const { verdict } = judge([located, measured], {});
  const told = verdict.kind === "fail" ? verdict.defects.map((d) => d.class) : [];
  const expected = classes.filter((c) => measurable.includes(c));
  const key = `${[...expected].sort().join("+") || "none"} → ${[...told].sort().join("+") || verdict.kind}`;
  confusion[key] = (confusion[key] ?? 0) + 1;
}

// Good bags that lie where none should: every one has to be mislocated, or where little of it is seen, at least never decided.
const misplaced: Record<string, number> = {};
for (let n = 1; n <= 200; n++) {
  const far = placementOf(options.seed + 1, n);
  const placement = [
    { ...far, dx16: (n % 2 ? 1 : -1) * (300 + 20 * n) },
    { ...far, dy16: (n % 2 ? 1 : -1) * (300 + 12 * n) },
    { ...far, turn_mrad: (n % 2 ? 1 : -1) * (75 + n) },
  ][n % 3]!;
  const { located, measured } = await inspect(renderer.renderPosed(n, { placement }));
  const { verdict, unitKind } = judge([located, measured], {});
  const key = unitKind === "absent" ? "absent" : verdict.kind === "invalid" ? verdict.reason : verdict.kind;
  misplaced[key] = (misplaced[key] ?? 0) + 1;
}

const bar = 0.1;
console.log(
  JSON.stringify({
    bench: "measure",
    units,
    labelOffsetMm: { count: offsets.length, rmse: round(root(offsets)), bar, max: round(Math.max(...offsets)) },
    cornersPx: { rmse: round(root(corners)), max: round(corners.reduce((a, b) => Math.max(a, b), 0)) },
    // Processor time of both together is what other work on the machine does not change much.
    ...Object.fromEntries(
      Object.entries(times).map(([name, ms]) => [
        name,
        { p50: round(quantile(ms, 0.5)), p99: round(quantile(ms, 0.99)) },
      ]),
    ),
    ...counts,
    confusion,
    misplaced,
  }),
);
// A misplaced bag that is decided all the same is worse than any inaccuracy.
if (!(root(offsets) <= bar) || Object.keys(misplaced).some((key) => key === "pass" || key === "fail"))
  process.exitCode = 1;
