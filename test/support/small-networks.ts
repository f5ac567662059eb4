import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ClassifierCard, DetectorCard, ModelCard } from "../../src/vision/model/card.ts";
import { type OnnxGraph, onnxGraph } from "../../src/vision/model/onnx-graph.ts";
import { encodePng } from "../../src/vision/model/read-picture.ts";
import type { Picture } from "../../src/vision/picture.ts";
import { aPicture, pictureSize } from "./pictures.ts";

// Networks small enough to be written by hand, real to the last byte: they tell the scenes of `aPicture` apart.

const { width, height } = pictureSize;
/** Edge of a detector's cell, px, and of the box that it draws around its middle. */
const cell = 8;
const boxEdge = 32;
const cells = width / cell;

/** Float planes of a uint8 NHWC picture. */
const planes = (graph: OnnxGraph): string =>
  graph.add("Transpose", [graph.add("Cast", ["image"], { to: 1 })], { perm: [0, 3, 1, 2] });

/** One channel: how much of a colour there is. */
const tone = (graph: OnnxGraph, image: string, weights: readonly number[], bias: number): string =>
  graph.add("Relu", [
    graph.add("Conv", [image, graph.floats(weights, [1, 3, 1, 1]), graph.floats([bias], [1])], {
      kernel_shape: [1, 1],
    }),
  ]);

/** The stripe of a scratch is the only thing with much red and green and some blue; the bag the only one with much red. */
const stripe = (graph: OnnxGraph, image: string): string => tone(graph, image, [0.5, 0.5, 0.2], -225);
const bag = (graph: OnnxGraph, image: string): string => tone(graph, image, [1, 0, -1], -60);

/** uint8 [1, 96, 96, 3] → logits [1, 3] of SCRATCH, GOOD and ABSENT. */
export function classifierGraph(): Uint8Array {
  const graph = onnxGraph("classifier");
  const image = planes(graph);
  const mean = (x: string): string => graph.add("ReduceMean", [x, graph.ints([1, 2, 3])], { keepdims: 0 });
  const scratched = mean(stripe(graph, image));
  const there = mean(bag(graph, image));
  const rows = [
    [2.5, 0],
    [-2.5, 0.02],
    [0, -3],
  ];
  const features = graph.add("Reshape", [graph.add("Concat", [scratched, there], { axis: 0 }), graph.ints([2, 1])]);
  const weighed = graph.add("MatMul", [graph.floats(rows.flat(), [3, 2]), features]);
  const logits = graph.add("Add", [
    graph.add("Reshape", [weighed, graph.ints([1, 3])]),
    graph.floats([-2, 1, 4], [1, 3]),
  ]);
  return graph.encode(
    [{ name: "image", type: "uint8", dims: [1, height, width, 3] }],
    [{ name: "logits", type: "float", dims: [1, 3], from: logits }],
  );
}

/** uint8 [1, 96, 96, 3] → boxes of SCRATCH and BAG, in the layout of yolov8: [1, 6, 144]. */
export function detectorGraph(): Uint8Array {
  const graph = onnxGraph("detector");
  const image = planes(graph);
  const pooled = (x: string): string =>
    graph.add("AveragePool", [x], { kernel_shape: [cell, cell], strides: [cell, cell] });
  const sure = (x: string, scale: number): string =>
    graph.add("Reshape", [
      graph.add("Clip", [graph.add("Mul", [pooled(x), graph.floats([scale], [1])]), ...limits(graph)]),
      graph.ints([1, 1, cells * cells]),
    ]);
  const middles = Array.from({ length: cells * cells }, (_, n) => n);
  const fields = [
    ...middles.map((n) => ((n % cells) + 0.5) * cell),
    ...middles.map((n) => (Math.floor(n / cells) + 0.5) * cell),
    ...middles.map(() => boxEdge),
    ...middles.map(() => boxEdge),
  ];
  const boxes = graph.floats(fields, [1, 4, cells * cells]);
  const output = graph.add("Concat", [boxes, sure(stripe(graph, image), 1 / 40), sure(bag(graph, image), 0)], {
    axis: 1,
  });
  return graph.encode(
    [{ name: "image", type: "uint8", dims: [1, height, width, 3] }],
    [{ name: "boxes", type: "float", dims: [1, 6, cells * cells], from: output }],
  );
}
/** Clip takes its ends as scalars. */
const limits = (graph: OnnxGraph): [string, string] => [graph.floats([0], []), graph.floats([1], [])];

const input: ClassifierCard["input"] = {
  name: "image",
  width,
  height,
  channels: 3,
  layout: "nhwc",
  type: "uint8",
  resize: "stretch",
};
const facts = {
  v: 1,
  version: 1,
  created: "2025-03-03T09:00:00.000Z",
  program: "test",
  files: {},
  licence: "MIT",
  input,
  training: { source: "written by hand" },
} as const;

/** A card that fits `classifierGraph`. */
export const classifierCard: ClassifierCard = {
  ...facts,
  kind: "classifier",
  name: "scratches",
  output: { name: "logits", activation: "softmax" },
  classes: ["SCRATCH", "GOOD", "ABSENT"],
  calibration: { kind: "temperature", temperature: 1.5, samples: 80, brier: 0.01, source: "test" },
  golden: [
    { file: "golden/1.png", outputs: { SCRATCH: -2, GOOD: 1.4078, ABSENT: -57.169 }, tolerance: 0.01 },
    { file: "golden/2.png", outputs: { SCRATCH: 2.1523, GOOD: -2.7315, ABSENT: -59.119 }, tolerance: 0.01 },
  ],
};
/** A card that fits `detectorGraph`. */
export const detectorCard: DetectorCard = {
  ...facts,
  kind: "detector",
  name: "boxes",
  output: { name: "boxes", layout: "yolov8" },
  classes: ["SCRATCH", "BAG"],
  confidence: 0.25,
  iou: 0.15,
  golden: [
    { file: "golden/1.png", found: [], tolerance: 0.01, tolerancePx: 1 },
    {
      file: "golden/2.png",
      found: [{ class: "SCRATCH", confidence: 1, box: [12, 28, 32, 32] }],
      tolerance: 0.01,
      tolerancePx: 1,
    },
  ],
};
/** What the cards' golden samples show: a good unit, a scratched one. */
export const goldenScenes = [aPicture(1), aPicture(2, "scratched")] as const;

const hash = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** Writes a package whose hashes are right, whatever else is wrong with it. @returns its folder */
export async function writeModel(
  out: string,
  card: ModelCard,
  graph: Uint8Array,
  pictures: readonly Picture[] = goldenScenes,
): Promise<string> {
  const folder = path.join(out, `${card.name}@${card.version}`);
  await mkdir(path.join(folder, "golden"), { recursive: true });
  const files: Record<string, string> = { "model.onnx": hash(graph) };
  await writeFile(path.join(folder, "model.onnx"), graph);
  for (const [index, picture] of pictures.entries()) {
    const png = await encodePng(picture);
    files[`golden/${index + 1}.png`] = hash(png);
    await writeFile(path.join(folder, "golden", `${index + 1}.png`), png);
  }
  await writeFile(path.join(folder, "card.json"), JSON.stringify({ ...card, files }));
  return folder;
}
