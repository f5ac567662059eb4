// Makes a model package of what train.py has learned: card, graph, golden samples.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import type { ClassCalibration } from "../../src/vision/model/calibration.ts";
import type { ClassifierCard } from "../../src/vision/model/card.ts";
import { openClassifier } from "../../src/vision/model/classifier.ts";
import { sha256 } from "../../src/vision/model/package.ts";
import { encodePng } from "../../src/vision/model/read-picture.ts";
import { measurePicture, type Picture } from "../../src/vision/picture.ts";
import { baselineOf } from "../../src/vision/teach/baseline.ts";
import { freeVersion, writePackage } from "../../src/vision/teach/write-package.ts";

/** `learned.json` of train.py. */
interface Learned {
  readonly classes: string[];
  readonly pictures: number;
  readonly epochs: number;
  readonly calibration: Extract<ClassCalibration, { kind: "platt" }>["classes"];
}

const flags = new Command("package")
  .description("Make models/snack-bag-classifier@<next> of what train.py has learned.")
  .requiredOption("--learned <dir>", "folder that train.py wrote")
  .option("--out <dir>", "folder of model packages", "models")
  .option("--seed <n>", "seed of the line whose units become golden samples", "303")
  .parse()
  .opts<{ learned: string; out: string; seed: string }>();

const seed = Number(flags.seed);
const good = await createSyntheticRenderer(syntheticOptions.parse({ seed, goodOnly: true }));
const line = async (only: "CONTAMINATION" | "SEAL_TORN") =>
  createSyntheticRenderer(syntheticOptions.parse({ seed, only, defectRate: 1, absentRate: 0 }));

/** In steps of 16 levels: what shows is the same, and a picture without its noise takes a tenth of the space. */
const coarse = (picture: Picture): Picture => ({ ...picture, data: picture.data.map((level) => (level & 0xf0) | 8) });
const pictures = [
  good.render(1)!,
  (await line("CONTAMINATION")).render(2)!,
  (await line("SEAL_TORN")).render(3)!,
  good.renderEmpty(4),
].map(coarse);
const usable = Array.from({ length: 200 }, (_, i) => measurePicture(good.render(10 + i)!));
const empty = Array.from({ length: 12 }, (_, i) => measurePicture(good.renderEmpty(10 + i)));

const learned = JSON.parse(await readFile(path.join(flags.learned, "learned.json"), "utf8")) as Learned;
const graph = new Uint8Array(await readFile(path.join(flags.learned, "model.onnx")));
const { version: program } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const name = "snack-bag-classifier";
const card: ClassifierCard = {
  v: 1,
  kind: "classifier",
  name,
  version: await freeVersion({ out: flags.out, name }),
  created: new Date().toISOString(),
  program: `tallyline ${program}`,
  files: { "model.onnx": sha256(graph) },
  licence: "MIT License, as the program: network and pictures were made by scripts/train-classifier.",
  input: { name: "image", width: 640, height: 512, channels: 3, layout: "nhwc", type: "uint8", resize: "stretch" },
  output: { name: "logits", activation: "sigmoid" },
  classes: learned.classes,
  calibration: {
    kind: "platt",
    classes: learned.calibration,
    source: "units of the simulated line of another seed, 60 % of them with a defect",
  },
  baseline: baselineOf([...usable, ...empty], usable),
  training: {
    source: `the simulated line, 60 % of the units with a defect; ${learned.epochs} epochs`,
    pictures: learned.pictures,
  },
  golden: [],
};
await using classifier = await openClassifier({ folder: flags.learned, card, graph, ref: { id: name, hash: "" } });
const files: Record<string, Uint8Array> = { "model.onnx": graph };
const golden: ClassifierCard["golden"][number][] = [];
for (const [index, picture] of pictures.entries()) {
  const file = `golden/${index + 1}.png`;
  const { scores } = await classifier.classify(picture);
  files[file] = await encodePng(picture);
  // Other processors round differently, by far less than this; a wrong weight or resize moves it by more.
  golden.push({
    file,
    outputs: Object.fromEntries(scores.map((s) => [s.class, Number(s.output.toPrecision(6))])),
    tolerance: 0.1,
  });
}
const hashes = Object.fromEntries(Object.entries(files).map(([file, bytes]) => [file, sha256(bytes)]));
const folder = await writePackage(flags.out, { ...card, files: hashes, golden }, files);
console.log(`${folder} written`);
