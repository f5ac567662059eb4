import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { loadAnomalyModel } from "../../../src/vision/model/load-package.ts";
import { readPicture } from "../../../src/vision/model/read-picture.ts";
import { foldersIn } from "../../../src/vision/model-tools/labelled-pictures.ts";
import { confusionPlot } from "../../../src/vision/model-tools/plots/confusion-plot.ts";
import { rocPlot } from "../../../src/vision/model-tools/plots/roc-plot.ts";
import { auroc, aurocInterval, type Scored } from "../../../src/vision/model-tools/roc.ts";
import { teachModel } from "../../../src/vision/teach/teach.ts";
import { type AccuracyTask, stopwatch } from "./task.ts";

/** What a set must reach and should: image AUROC and ms per image. The others are printed without a bar. */
const bars: Readonly<Record<string, { readonly must: number; readonly aim: number; readonly ms: number }>> = {
  bottle: { must: 0.993, aim: 0.998, ms: 12 },
  "magnetic-tile": { must: 0.8, aim: 0.87, ms: 40 },
};
interface Judged extends Scored {
  readonly file: string;
}

/** Teaches on `train/good` and judges `test/<class>`: how well good and defective images come apart. */
export const anomaly: AccuracyTask = {
  name: "anomaly",
  async fits({ folder }) {
    const classes = await foldersIn(path.join(folder, "test"));
    return existsSync(path.join(folder, "train", "good")) && classes.includes("good") && classes.length > 1;
  },
  async run({ name: set, folder, labels }, out) {
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
    await using loaded = await loadAnomalyModel(model);
    const tiles = new Map(labels.flatMap((l) => (l.tile ? [[l.file, l.tile] as const] : [])));
    const judged: Judged[] = [];
    const watch = stopwatch();
    for (const { file, isGood } of files) {
      const picture = await readPicture(path.join(folder, file), card.input.channels);
      const { score } = await watch.measure(async () => loaded.model.inspect(picture));
      judged.push({ file, isGood, score, group: tiles.get(file) ?? file });
    }
    const rate = (isGood: boolean, wrong: (j: Judged) => boolean): number => {
      const side = judged.filter((j) => j.isGood === isGood);
      return side.filter(wrong).length / side.length;
    };
    const { reject } = card.threshold;
    const value = auroc(judged);
    const bar = bars[set];
    return {
      task: "anomaly",
      set,
      bars: bar
        ? [
            { figure: "image AUROC", value, must: bar.must, aim: bar.aim },
            { figure: "ms per image, p50", value: watch.p50, must: bar.ms, isCeiling: true },
          ]
        : [],
      figures: {
        imageAuroc: value,
        interval95: aurocInterval(judged),
        resampledBy: tiles.size > 0 ? "tile" : "image",
        threshold: reject,
        falseRejectRate: rate(true, (j) => j.score >= reject),
        falseAcceptRate: rate(false, (j) => j.score < reject),
        images: {
          train: card.training.images,
          good: judged.filter((j) => j.isGood).length,
          defective: judged.filter((j) => !j.isGood).length,
        },
        ms: watch.figures,
        teachSeconds,
        modelBytes: loaded.graph.length,
      },
      plots: {
        roc: rocPlot(`${set}: ROC`, [
          { name: set, scored: judged, interval: aurocInterval(judged), threshold: reject },
        ]),
        confusion: confusionPlot(
          `${set} at the card's threshold`,
          Object.fromEntries(
            Object.entries(Object.groupBy(judged, (j) => j.file.split("/")[1]!)).map(([name, images = []]) => {
              const failed = images.filter((j) => j.score >= reject).length;
              return [name, { pass: images.length - failed, fail: failed }];
            }),
          ),
        ),
      },
    };
  },
};
