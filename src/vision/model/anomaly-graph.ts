import type { Backbone } from "./backbone.ts";
import { backboneChannels } from "./backbone.ts";
import { type OnnxGraph, onnxGraph } from "./onnx-graph.ts";

/** What the network sees: the frame resized to this, then features on a grid of 1/8 of it. Sides are multiples of 16 px. */
export interface NetworkSize {
  readonly width: number;
  readonly height: number;
}

/** Channels of the three scales side by side. */
export const featureChannels = backboneChannels.reduce((a, b) => a + b, 0);

/** Linear map from feature channels to `k` components. */
export interface Projection {
  readonly components: number;
  /** [k, featureChannels]: of the concatenated features, row by row. */
  readonly projection: Float32Array;
  /** [k]: added after the projection. */
  readonly offset: Float32Array;
}

/** What `teach` learns, ready to be written into a graph. `k` components on a grid of `rows · columns`. */
export interface AnomalyParameters extends Projection {
  readonly grid: { readonly rows: number; readonly columns: number };
  /** Side of the square of positions that share one covariance; divides rows and columns. */
  readonly block: number;
  /** [blocks, k, k]: `x · W` has unit covariance in the block; blocks row by row. */
  readonly whitening: Float32Array;
  /** [blocks, block², k]: mean at each position, already whitened; positions of a block row by row. */
  readonly whitenedMean: Float32Array;
  /** How many of the highest map values make the score. */
  readonly top: number;
  readonly presence?: PresenceParameters;
}

/** The empty place, as a coarse picture of features. */
export interface PresenceParameters {
  /** Grid cells per side of one coarse cell. */
  readonly pool: number;
  /** [rows/pool, columns/pool, k] mean over images without a unit. */
  readonly empty: Float32Array;
  /** Squared distance between the good and the empty picture: the answer is 1 there. */
  readonly distance: number;
}

/** Name of the graph's input: `uint8 [1, height, width, channels]`, any height and width. */
export const imageInput = "image";

/**
 * The teaching graph: frame → features, `[1, featureChannels, rows, columns]`, the three scales brought to 1/8 by
 * averaging (1/4), as they are (1/8) and bilinearly (1/16), each smoothed over 3 × 3.
 */
export function featureGraph(backbone: Backbone, size: NetworkSize, channels: 1 | 3): Uint8Array {
  const graph = onnxGraph("tallyline-features");
  const [quarter, eighth, sixteenth] = pooledFeatures(graph, backbone, size, channels);
  const features = graph.add("Concat", [quarter, eighth, upsample(graph, sixteenth)], { axis: 1 });
  return graph.encode(
    [imagePort(channels)],
    [{ name: "features", from: features, type: "float", dims: [1, featureChannels, size.height / 8, size.width / 8] }],
  );
}

/** The second teaching graph: frame → `components` `[1, rows, columns, k]`, exactly as the inspection graph sees them. */
export function componentGraph(
  backbone: Backbone,
  size: NetworkSize,
  channels: 1 | 3,
  projection: Projection,
): Uint8Array {
  const graph = onnxGraph("tallyline-components");
  const projected = projectedFeatures(graph, pooledFeatures(graph, backbone, size, channels), projection);
  const from = graph.add("Transpose", [projected], { perm: [0, 2, 3, 1] });
  const dims = [1, size.height / 8, size.width / 8, projection.components];
  return graph.encode([imagePort(channels)], [{ name: "components", from, type: "float", dims }]);
}

/**
 * The inspection graph: frame → `score` [1] (mean of the highest map values), `map` [rows, columns] (Mahalanobis distance
 * per position, in standard deviations per component) and `presence` [1] (0 = the empty place, 1 = like the good units;
 * constant 1 without empty images). Everything is inside, so nothing is left to do per frame in JavaScript.
 */
export function anomalyGraph(
  backbone: Backbone,
  size: NetworkSize,
  channels: 1 | 3,
  parameters: AnomalyParameters,
): Uint8Array {
  const graph = onnxGraph("tallyline-anomaly");
  const { rows, columns } = parameters.grid;
  const projected = projectedFeatures(graph, pooledFeatures(graph, backbone, size, channels), parameters);
  const map = distanceMap(graph, projected, parameters);
  const [highest] = graph.addMany(
    "TopK",
    [graph.add("Reshape", [map, graph.ints([-1])]), graph.ints([parameters.top])],
    2,
  );
  const score = graph.add("ReduceMean", [highest!, graph.ints([0])], { keepdims: 1 });
  const presence = parameters.presence
    ? distanceToEmpty(graph, projected, parameters.presence, parameters)
    : graph.floats([1], [1]);
  return graph.encode(
    [imagePort(channels)],
    [
      { name: "score", from: score, type: "float", dims: [1] },
      { name: "map", from: map, type: "float", dims: [rows, columns] },
      { name: "presence", from: presence, type: "float", dims: [1] },
    ],
  );
}

/** One of several scales that are looked at together. */
export interface GraphScale {
  readonly size: NetworkSize;
  readonly parameters: AnomalyParameters;
  /** Exponent of this scale in the score; all add up to 1. */
  readonly weight: number;
  /** Level of the map above which it no longer divides. */
  readonly levelCap: number;
}

/**
 * The inspection graph over several scales; outputs as of `anomalyGraph`. Each map is divided by its own median, at most
 * `levelCap`, so that light and surface, which move a whole picture, do not hide what stands out of it; then the scales
 * are multiplied with their weights. The map has the finest scale's grid; presence comes from the first scale.
 */
export function fusedAnomalyGraph(
  backbone: Backbone,
  channels: 1 | 3,
  scales: readonly [GraphScale, ...GraphScale[]],
): Uint8Array {
  const graph = onnxGraph("tallyline-anomaly-fused");
  const { rows, columns } = finestGrid(scales);
  const parts = scales.map(({ size, parameters, weight, levelCap }) => {
    const projected = projectedFeatures(graph, pooledFeatures(graph, backbone, size, channels), parameters);
    const map = distanceMap(graph, projected, parameters);
    const half = Math.floor((parameters.grid.rows * parameters.grid.columns) / 2);
    const [highest] = graph.addMany("TopK", [graph.add("Reshape", [map, graph.ints([-1])]), graph.ints([half + 1])], 2);
    const slice = (from: number, to: number): string =>
      graph.add("Slice", [highest!, graph.ints([from]), graph.ints([to])]);
    const top = graph.add("ReduceMean", [slice(0, parameters.top), graph.ints([0])], { keepdims: 1 });
    const level = graph.add("Min", [slice(half, half + 1), graph.floats([levelCap], [1])]);
    const exponent = graph.floats([weight], [1]);
    const picture = graph.add("Reshape", [map, graph.ints([1, 1, parameters.grid.rows, parameters.grid.columns])]);
    const resized =
      parameters.grid.rows === rows && parameters.grid.columns === columns
        ? picture
        : graph.add("Resize", [picture, "", "", graph.ints([1, 1, rows, columns])], {
            mode: "linear",
            coordinate_transformation_mode: "half_pixel",
          });
    return {
      projected,
      score: graph.add("Pow", [graph.add("Div", [top, level]), exponent]),
      map: graph.add("Pow", [graph.add("Div", [resized, level]), exponent]),
    };
  });
  const product = (names: readonly string[]): string => names.reduce((a, b) => graph.add("Mul", [a, b]));
  const [first] = scales;
  const presence = first.parameters.presence
    ? distanceToEmpty(graph, parts[0]!.projected, first.parameters.presence, first.parameters)
    : graph.floats([1], [1]);
  return graph.encode(
    [imagePort(channels)],
    [
      { name: "score", from: product(parts.map((part) => part.score)), type: "float", dims: [1] },
      {
        name: "map",
        from: graph.add("Reshape", [product(parts.map((part) => part.map)), graph.ints([rows, columns])]),
        type: "float",
        dims: [rows, columns],
      },
      { name: "presence", from: presence, type: "float", dims: [1] },
    ],
  );
}

/** The grid with the most positions. */
export const finestGrid = (scales: readonly GraphScale[]): AnomalyParameters["grid"] =>
  scales.map(({ parameters }) => parameters.grid).reduce((a, b) => (b.rows * b.columns > a.rows * a.columns ? b : a));

const imagePort = (channels: 1 | 3) =>
  ({ name: imageInput, type: "uint8", dims: [1, "height", "width", channels] }) as const;

const imageNet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/** Resizes while the picture is still bytes (a quarter of the memory traffic), then normalises, extracts and smooths. */
function pooledFeatures(
  graph: OnnxGraph,
  backbone: Backbone,
  { width, height }: NetworkSize,
  channels: 1 | 3,
): [string, string, string] {
  // Antialiasing averages over the whole footprint of a pixel; plain bilinear skips rows and loses small specks.
  const resized = graph.add("Resize", [imageInput, "", "", graph.ints([1, height, width, channels])], {
    mode: "linear",
    coordinate_transformation_mode: "half_pixel",
    antialias: 1,
  });
  const planes = graph.add("Transpose", [resized], { perm: [0, 3, 1, 2] });
  const { mean, deviation } = imageNet;
  // A grey plane spreads to three channels by broadcasting.
  const scaled = graph.add("Mul", [
    graph.add("Cast", [planes], { to: 1 }),
    graph.floats(
      deviation.map((d) => 1 / (255 * d)),
      [1, 3, 1, 1],
    ),
  ]);
  const normalised = graph.add("Add", [
    scaled,
    graph.floats(
      mean.map((m, i) => -m / deviation[i]!),
      [1, 3, 1, 1],
    ),
  ]);
  const [quarter, eighth, sixteenth] = backbone.addTo(graph, normalised);
  const smooth = { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };
  return [
    // 4 × 4 with stride 2 is the 3 × 3 average followed by halving, in one pass.
    graph.add("AveragePool", [quarter], { kernel_shape: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1] }),
    graph.add("AveragePool", [eighth], smooth),
    graph.add("AveragePool", [sixteenth], smooth),
  ];
}

const upsample = (graph: OnnxGraph, features: string): string =>
  graph.add("Resize", [features, "", graph.floats([1, 1, 2, 2], [4])], {
    mode: "linear",
    coordinate_transformation_mode: "half_pixel",
  });

/** [1, k, rows, columns]. Projection and upsampling are both linear, so each scale is projected first, on fewer values. */
function projectedFeatures(
  graph: OnnxGraph,
  [quarter, eighth, sixteenth]: readonly [string, string, string],
  { components, projection, offset }: Projection,
): string {
  let from = 0;
  const project = (input: string, channels: number, bias?: string): string => {
    const weights = new Float32Array(components * channels);
    for (let k = 0; k < components; k++)
      weights.set(projection.subarray(k * featureChannels + from, k * featureChannels + from + channels), k * channels);
    from += channels;
    const inputs = [input, graph.floats(weights, [components, channels, 1, 1]), ...(bias ? [bias] : [])];
    return graph.add("Conv", inputs, { kernel_shape: [1, 1] });
  };
  const fine = project(quarter, backboneChannels[0], graph.floats(offset, [components]));
  const middle = project(eighth, backboneChannels[1]);
  const coarse = upsample(graph, project(sixteenth, backboneChannels[2]));
  return graph.add("Add", [graph.add("Add", [fine, middle]), coarse]);
}

/** [rows, columns]: length of the whitened difference from the mean of that position, over √k. */
function distanceMap(graph: OnnxGraph, projected: string, parameters: AnomalyParameters): string {
  const { components: k, block: b, grid, whitening, whitenedMean } = parameters;
  const [across, down] = [grid.columns / b, grid.rows / b];
  const split = graph.add("Reshape", [projected, graph.ints([k, down, b, across, b])]);
  const blocks = graph.add("Reshape", [
    graph.add("Transpose", [split], { perm: [1, 3, 2, 4, 0] }),
    graph.ints([down * across, b * b, k]),
  ]);
  const white = graph.add("Sub", [
    graph.add("MatMul", [blocks, graph.halves(whitening, [down * across, k, k])]),
    graph.halves(whitenedMean, [down * across, b * b, k]),
  ]);
  const squares = graph.add("ReduceMean", [graph.add("Mul", [white, white]), graph.ints([2])], { keepdims: 0 });
  const joined = graph.add(
    "Transpose",
    [graph.add("Reshape", [graph.add("Sqrt", [squares]), graph.ints([down, across, b, b])])],
    {
      perm: [0, 2, 1, 3],
    },
  );
  return graph.add("Reshape", [joined, graph.ints([grid.rows, grid.columns])]);
}

/** [1]: squared distance of the coarse feature picture to the empty place, as a share of the good units' distance. */
function distanceToEmpty(
  graph: OnnxGraph,
  projected: string,
  { pool, empty, distance }: PresenceParameters,
  { components: k, grid }: AnomalyParameters,
): string {
  const coarse = graph.add("AveragePool", [projected], { kernel_shape: [pool, pool], strides: [pool, pool] });
  const cells = graph.add("Transpose", [coarse], { perm: [0, 2, 3, 1] });
  const difference = graph.add("Sub", [cells, graph.floats(empty, [1, grid.rows / pool, grid.columns / pool, k])]);
  const squares = graph.add("ReduceSum", [graph.add("Mul", [difference, difference]), graph.ints([0, 1, 2, 3])], {
    keepdims: 0,
  });
  return graph.add("Reshape", [graph.add("Div", [squares, graph.floats([distance], [1])]), graph.ints([1])]);
}
