import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import onnxProto from "onnx-proto";
import type { ClassifierCard, ModelCard } from "../../../src/vision/model/card.ts";
import { openClassifier } from "../../../src/vision/model/classifier.ts";
import { loadAnomalyModel, loadClassifier, loadDetector } from "../../../src/vision/model/load-package.ts";
import { type OnnxGraph, onnxGraph } from "../../../src/vision/model/onnx-graph.ts";
import { aPicture } from "../../support/pictures.ts";
import {
  classifierCard,
  classifierGraph,
  detectorCard,
  detectorGraph,
  writeModel,
} from "../../support/small-networks.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/taught-model.ts";

// Models from elsewhere come with every mistake that an export can make. Each has to be told before the line runs, in a
// sentence that the person who exported it can act on.

const { onnx } = onnxProto;
type Model = ReturnType<typeof onnx.ModelProto.decode>;
let temporary: TemporaryFolder;
beforeEach(async () => {
  temporary = await temporaryFolder();
});
afterEach(() => temporary[Symbol.asyncDispose]());

/** The same graph with something done to it, as a file that its card describes rightly otherwise. */
function edited(graph: Uint8Array, edit: (model: Model) => void): Uint8Array {
  const model = onnx.ModelProto.decode(graph);
  edit(model);
  return onnx.ModelProto.encode(model).finish();
}
const classifierWith = async (graph: Uint8Array, over: Partial<ClassifierCard> = {}) =>
  loadClassifier(await writeModel(temporary.folder, { ...classifierCard, ...over }, graph));

test.each<[string, Uint8Array, RegExp]>([
  [
    "cut short",
    classifierGraph().subarray(0, classifierGraph().length >> 1),
    /model\.onnx cannot be opened: .*Restore the file/s,
  ],
  ["empty", new Uint8Array(), /model\.onnx cannot be opened/],
  [
    "with an operator that nobody knows",
    edited(classifierGraph(), (model) => {
      model.graph!.node!.find((n) => n.opType === "Conv")!.opType = "HyperConv";
    }),
    /cannot be opened: .*HyperConv.*operators that ONNX Runtime knows/s,
  ],
  [
    "for pictures of another size",
    edited(classifierGraph(), (model) => {
      model.graph!.input![0]!.type!.tensorType!.shape!.dim![1]!.dimValue = 128;
    }),
    /the input of model\.onnx is "image" \(uint8 1 × 128 × 96 × 3\), the card says "image" \(uint8 1 × 96 × 96 × 3\)/,
  ],
])("a graph %s is refused", async (_, graph, reason) => {
  await expect(classifierWith(graph)).rejects.toMatchObject({
    code: "MODEL_REFUSED",
    message: expect.stringMatching(reason),
  });
});

const { input } = classifierCard;
test.each<[string, Partial<ClassifierCard>, RegExp]>([
  [
    "an input of another name",
    { input: { ...input, name: "images" } },
    /the card's input "images" is not in model\.onnx, which has "image" \(uint8 1 × 96 × 96 × 3\).*Correct the card/,
  ],
  [
    "an output of another name",
    { output: { name: "scores", activation: "softmax" } },
    /the card's output "scores" is not in model\.onnx, which has "logits" \(float32 1 × 3\)/,
  ],
  ["another type", { input: { ...input, type: "float32" } }, /the card says "image" \(float32 1 × 96 × 96 × 3\)/],
  ["another layout", { input: { ...input, layout: "nchw" } }, /the card says "image" \(uint8 1 × 3 × 96 × 96\)/],
  [
    "one class too many",
    {
      classes: ["SCRATCH", "DENT", "GOOD", "ABSENT"],
      golden: [{ ...classifierCard.golden[0]!, outputs: { ...classifierCard.golden[0]!.outputs, DENT: 0 } }],
    },
    /is "logits" \(float32 1 × 3\), the card says "logits" \(float32 1 × 4\)/,
  ],
  ["a class twice", { classes: ["SCRATCH", "GOOD", "GOOD"] }, /a class is there twice/],
  [
    "levels normalised twice",
    { input: { ...input, normalise: { scale: 1, mean: [0, 0, 0], deviation: [1, 1, 1] } } },
    /normalised by the graph/,
  ],
  [
    "golden figures of another training",
    { golden: [{ ...classifierCard.golden[0]!, outputs: { ...classifierCard.golden[0]!.outputs, SCRATCH: 0.5 } }] },
    /golden\/1\.png gives SCRATCH -2\.0000, the card says 0\.5 ± 0\.01/,
  ],
  [
    "a golden figure of no class of its",
    { golden: [{ ...classifierCard.golden[0]!, outputs: { ...classifierCard.golden[0]!.outputs, DENT: 0.5 } }] },
    /golden\/1\.png gives DENT NaN/,
  ],
  // No figure at all would hold on a machine that gives anything.
  [
    "golden figures of some classes only",
    { golden: [{ ...classifierCard.golden[0]!, outputs: { GOOD: 1.4078 } }] },
    /golden\/1\.png says nothing of SCRATCH, ABSENT: give the output of every class/,
  ],
  ["classes in another order", { classes: ["GOOD", "SCRATCH", "ABSENT"] }, /golden\/1\.png gives SCRATCH 1\.40/],
])("a card with %s is refused", async (_, over, reason) => {
  await expect(classifierWith(classifierGraph(), over)).rejects.toMatchObject({
    code: "MODEL_REFUSED",
    message: expect.stringMatching(reason),
  });
});

/** Takes the root of a logit: no number for what is below zero, e.g. the SCRATCH of a good unit. */
const rooted = edited(classifierGraph(), (model) => {
  const { node } = model.graph!;
  const last = node!.at(-1)!;
  node!.splice(
    -1,
    1,
    onnx.NodeProto.create({ opType: "Sqrt", name: "root", input: [last.input![0]!], output: ["rooted"] }),
  );
  node!.push(onnx.NodeProto.create({ ...last, input: ["rooted"] }));
});

// In the golden sample it is a model that cannot be used; in one picture of a million it is that picture's fault.
test("a graph that gives no number for a golden sample is refused", async () => {
  await expect(classifierWith(rooted)).rejects.toThrow(/"logits" holds values that are no numbers/);
});

test("a picture for which a graph gives no number is an error, and the next one is classified", async () => {
  const graph = onnxGraph("root of brightness");
  const mean = brightness(graph);
  const shifted = graph.add("Sqrt", [graph.add("Sub", [mean, graph.floats([50], [1])])]);
  const both = graph.add("Concat", [shifted, shifted], { axis: 1 });
  const bytes = graph.encode(
    [{ name: "image", type: "uint8", dims: [1, 96, 96, 3] }],
    [{ name: "logits", type: "float", dims: [1, 2], from: both }],
  );
  const card: ClassifierCard = {
    ...classifierCard,
    classes: ["A", "GOOD"],
    output: { name: "logits", activation: "sigmoid" },
  };
  await using classifier = await openClassifier({
    folder: "root@1",
    card,
    graph: bytes,
    ref: { id: "root@1", hash: "" },
  });
  const black = { ...aPicture(1), data: new Uint8Array(96 * 96 * 3) };
  await expect(classifier.classify(black)).rejects.toThrow(/root@1: "logits" holds values that are no numbers/);
  const { scores } = await classifier.classify(aPicture(1));
  expect(scores[0]!.output).toBeGreaterThan(0);
});
/** [1, 1] */
const brightness = (graph: OnnxGraph): string =>
  graph.add("ReduceMean", [
    graph.add("Reshape", [graph.add("Cast", ["image"], { to: 1 }), graph.ints([1, -1])]),
    graph.ints([1]),
  ]);

test("a graph that wants a second input is refused", async () => {
  const graph = edited(classifierGraph(), (model) => {
    const { input: inputs } = model.graph!;
    inputs!.push(onnx.ValueInfoProto.create({ ...inputs![0]!, name: "anchor" }));
  });
  await expect(classifierWith(graph)).rejects.toThrow(/wants 2 inputs: image, anchor; only one picture can be given/);
});

test("a changed file is refused by its hash before anything is opened", async () => {
  const folder = await writeModel(temporary.folder, classifierCard, classifierGraph());
  const file = path.join(folder, "model.onnx");
  const bytes = await readFile(file);
  bytes[bytes.length - 40]! ^= 1;
  await writeFile(file, bytes);
  await expect(loadClassifier(folder)).rejects.toThrow(/model\.onnx was changed/);
});

test("a model of another kind is refused with the step that it is for", async () => {
  const folder = await writeModel(temporary.folder, detectorCard, detectorGraph());
  await expect(loadClassifier(folder)).rejects.toThrow(/is a detector, not a classifier: use it by the step "detect"/);
  await expect(loadAnomalyModel(folder)).rejects.toThrow(/is a detector, not an anomaly model/);
});

test.each<[string, Partial<Extract<ModelCard, { kind: "detector" }>>, RegExp]>([
  [
    "the other layout",
    { output: { name: "boxes", layout: "yolov5" } },
    /is "boxes" \(float32 1 × 6 × 144\), the card says "boxes" \(float32 1 × any × 7\)/,
  ],
  ["a class too few", { classes: ["SCRATCH"] }, /the card says "boxes" \(float32 1 × 5 × any\)/],
  [
    "a golden box elsewhere",
    { golden: [{ ...detectorCard.golden[1]!, found: [{ class: "SCRATCH", confidence: 1, box: [40, 28, 32, 32] }] }] },
    /golden\/2\.png gives SCRATCH 1 left 12\.0000, the card says 40 ± 1/,
  ],
  [
    "a golden box of another class",
    { golden: [{ ...detectorCard.golden[1]!, found: [{ class: "BAG", confidence: 1, box: [12, 28, 32, 32] }] }] },
    /gives BAG 1 confidence NaN/,
  ],
])("a detector's card with %s is refused", async (_, over, reason) => {
  const folder = await writeModel(temporary.folder, { ...detectorCard, ...over }, detectorGraph());
  await expect(loadDetector(folder)).rejects.toThrow(reason);
});
