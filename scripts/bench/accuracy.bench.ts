// How well a model taught on a set's good images tells its good from its defective test images, for every set in a folder.
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import sharp from "sharp";
import { loadModelPackage } from "../../src/vision/model/package.ts";
import { readPicture } from "../../src/vision/model/read-picture.ts";
import { teachModel } from "../../src/vision/teach/teach.ts";

/** Image AUROC that a set must reach; the others are printed without a bar. */
const bars: Readonly<Record<string, number>> = { bottle: 0.99 };
/** Resamples of the bootstrap. */
const resamples = 1_000;

const { data, sets: only } = new Command("accuracy.bench")
  .description(
    "Teaches on <set>/train/good and judges <set>/test/<class>, for every set that has both (good and defective). " +
      "Exits 1 when a bar is missed, 0 with a note when there is no data.",
  )
  .requiredOption("--data <dir>", "folder of sets")
  .option("--sets <names>", "only these, separated by commas")
  .parse()
  .opts<{ data: string; sets?: string }>();

interface Judged {
  readonly file: string;
  readonly isGood: boolean;
  readonly score: number;
  /** What must be resampled together: the physical tile where the set says so, else the image. */
  readonly group: string;
}

/** Share of pairs (defective, good) in which the defective one scores higher; ties count half. */
function auroc(judged: readonly Judged[]): number {
  const good = judged.filter((j) => j.isGood).map((j) => j.score);
  const bad = judged.filter((j) => !j.isGood).map((j) => j.score);
  let wins = 0;
  for (const b of bad) for (const g of good) wins += b > g ? 1 : b === g ? 0.5 : 0;
  return wins / (good.length * bad.length);
}

/** 95 % interval by resampling groups with a fixed seed, good and defective apart so that neither runs out. */
function interval(judged: readonly Judged[]): readonly [number, number] {
  let state = 1;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * n);
  };
  const sides = [true, false].map((isGood) =>
    Object.values(
      Object.groupBy(
        judged.filter((j) => j.isGood === isGood),
        (j) => j.group,
      ) as Record<string, Judged[]>,
    ),
  );
  const values = Array.from({ length: resamples }, () =>
    auroc(sides.flatMap((groups) => groups.flatMap(() => groups[below(groups.length)]!))),
  ).sort((a, b) => a - b);
  return [values[Math.floor(resamples * 0.025)]!, values[Math.floor(resamples * 0.975)]!];
}

/** file → tile, where labels.csv has that column. Its first columns hold no commas. */
async function tilesOf(set: string): Promise<ReadonlyMap<string, string>> {
  const file = path.join(data, set, "labels.csv");
  if (!existsSync(file)) return new Map();
  const [header = "", ...lines] = (await readFile(file, "utf8")).split(/\r?\n/);
  const column = header.split(",").indexOf("tile");
  return new Map(column < 0 ? [] : lines.map((line) => [line.split(",")[0]!, line.split(",")[column]!]));
}

const foldersIn = async (folder: string): Promise<string[]> =>
  existsSync(folder)
    ? (await readdir(folder, { withFileTypes: true }))
        .filter((e) => e.isDirectory())
        .map((e) => e.name)
        .sort()
    : [];

async function bench(set: string, out: string) {
  const folder = path.join(data, set);
  const files = (
    await Promise.all(
      (
        await foldersIn(path.join(folder, "test"))
      ).map(async (c) =>
        (
          await readdir(path.join(folder, "test", c))
        )
          .sort()
          .map((f) => ({ isGood: c === "good", file: `test/${c}/${f}` })),
      ),
    )
  ).flat();
  const training = await readdir(path.join(folder, "train", "good"));
  const sizes = new Set<string>();
  for (const file of training) {
    const { width, height } = await sharp(path.join(folder, "train", "good", file)).metadata();
    sizes.add(`${width}x${height}`);
  }
  // Images of many sizes are loose photographs: squashed, and taught in every orientation.
  const isLoose = sizes.size > 1;
  const teachStart = performance.now();
  const { folder: model, card } = await teachModel({
    images: folder,
    name: set,
    out,
    anySize: isLoose,
    mirrored: isLoose,
    program: "accuracy.bench",
    now: Date.now(),
  });
  const teachSeconds = (performance.now() - teachStart) / 1_000;
  await using loaded = await loadModelPackage(model);
  const tiles = await tilesOf(set);
  const judged: Judged[] = [];
  const times: number[] = [];
  for (const { file, isGood } of files) {
    const { score, inferenceMs } = await loaded.model.inspect(
      await readPicture(path.join(folder, file), card.input.channels),
    );
    judged.push({ file, isGood, score, group: tiles.get(file) ?? file });
    times.push(inferenceMs);
  }
  const rate = (isGood: boolean, wrong: (j: Judged) => boolean): number => {
    const side = judged.filter((j) => j.isGood === isGood);
    return side.filter(wrong).length / side.length;
  };
  const { reject } = card.threshold;
  const value = auroc(judged);
  const bar = bars[set];
  return {
    set,
    imageAuroc: value,
    interval95: interval(judged),
    resampledBy: tiles.size > 0 ? "tile" : "image",
    ...(bar === undefined ? {} : { bar }),
    isMet: bar === undefined || value >= bar,
    threshold: reject,
    falseRejectRate: rate(true, (j) => j.score >= reject),
    falseAcceptRate: rate(false, (j) => j.score < reject),
    images: {
      train: card.training.images,
      good: judged.filter((j) => j.isGood).length,
      defective: judged.filter((j) => !j.isGood).length,
    },
    inferenceMs: times.sort((a, b) => a - b)[times.length >> 1]!,
    teachSeconds,
    modelBytes: loaded.graph.length,
  };
}
const rounded = (_: string, value: unknown): unknown =>
  typeof value === "number" ? Number(value.toPrecision(4)) : value;

const out = await mkdtemp(path.join(tmpdir(), "tallyline-accuracy-"));
try {
  const results: Awaited<ReturnType<typeof bench>>[] = [];
  for (const set of await foldersIn(data)) {
    if (only !== undefined && !only.split(",").includes(set)) continue;
    const classes = await foldersIn(path.join(data, set, "test"));
    const isComplete =
      existsSync(path.join(data, set, "train", "good")) && classes.includes("good") && classes.length > 1;
    if (!isComplete) {
      console.log(`${set}: skipped, it has no train/good or no test/good beside test/<defect>`);
      continue;
    }
    const result = await bench(set, out);
    console.log(JSON.stringify(result, rounded));
    results.push(result);
  }
  const isSkipped = results.length === 0;
  if (isSkipped)
    console.log(`no set to judge below ${data}; give --data a folder of <set>/train/good and <set>/test/<class>`);
  const isMet = results.every((r) => r.isMet);
  console.log(
    JSON.stringify(
      { case: "accuracy", unit: "image AUROC", bars, results, ...(isSkipped ? { skipped: true } : { isMet }) },
      rounded,
    ),
  );
  process.exitCode = isMet ? 0 : 1;
} finally {
  await rm(out, { recursive: true, force: true });
}
