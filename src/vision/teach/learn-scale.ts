import { InferenceSession, Tensor } from "onnxruntime-node";
import {
  type AnomalyParameters,
  componentGraph,
  featureChannels,
  featureGraph,
  imageInput,
  type NetworkSize,
  type Projection,
} from "../model/anomaly-graph.ts";
import { sessionOptions } from "../model/anomaly-model.ts";
import type { Backbone } from "../model/backbone.ts";
import type { Picture } from "../picture.ts";
import type { ScalePlan } from "./fused-scales.ts";
import {
  addPicture,
  type BlockedGrid,
  combineMoments,
  distanceMap,
  type GridMoments,
  gaussiansOf,
  mirror,
  mirrorings,
  noGridMoments,
} from "./gaussians.ts";
import { coarsePicture } from "./presence.ts";
import { addVector, noMoments, principalComponents } from "./principal-components.ts";

/** What the pictures say at one scale, before anything is decided. */
export interface LearntScale {
  readonly size: NetworkSize;
  readonly projection: Projection;
  readonly grid: BlockedGrid;
  /** How many of the highest map values make the score. */
  readonly top: number;
  /** Moments of each fold of the good pictures; picture i is in fold i modulo their number. */
  readonly parts: readonly GridMoments[];
  /** Components of each good picture. */
  readonly pictures: readonly Float32Array[];
  /** Cells per side of a coarse cell, and the coarse pictures. */
  readonly pool: number;
  readonly coarse: { readonly good: readonly Float32Array[]; readonly empty: readonly Float32Array[] };
}

export interface ScaleRequest {
  readonly backbone: Backbone;
  readonly plan: ScalePlan;
  readonly channels: 1 | 3;
  readonly good: readonly string[];
  readonly empty: readonly string[];
  /** Good units look the same mirrored. */
  readonly isMirrored: boolean;
  /** @param isLast the picture is not read again for this scale */
  read(file: string, isLast: boolean): Promise<Picture>;
  onProgress(phase: "components" | "statistics", done: number, total: number): void;
}

/** Positions along a side that share a covariance. */
const block = 2;
const folds = 5;
/** Images that the principal components are taken from. */
const componentImages = 64;
/** Share of map positions that make the score: a small defect covers a handful of them. */
const topShare = 0.003;

/** At most `count` of a list, evenly spread over it. */
const spread = <T>(list: readonly T[], count: number): readonly T[] =>
  list.length <= count ? list : Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]!);

const run = async (
  session: InferenceSession,
  { data, width, height, channels }: Picture,
  output: string,
): Promise<Float32Array> =>
  (await session.run({ [imageInput]: new Tensor("uint8", data, [1, height, width, channels]) }))[output]!
    .data as Float32Array;

/** Two passes over the pictures: principal components of the features, then moments of the components. */
export async function learnScale(request: ScaleRequest): Promise<LearntScale> {
  const projection = await learnComponents(request);
  return { ...(await learnMoments(request, projection)), size: request.plan.size, projection };
}

async function learnComponents({
  backbone,
  plan,
  channels,
  good,
  read,
  onProgress,
}: ScaleRequest): Promise<Projection> {
  const { size, components } = plan;
  const files = spread(good, componentImages);
  const session = await InferenceSession.create(featureGraph(backbone, size, channels), sessionOptions);
  const positions = (size.width * size.height) / 64;
  const moments = noMoments(featureChannels);
  const vector = new Float32Array(featureChannels);
  for (const [done, file] of files.entries()) {
    onProgress("components", done, files.length);
    const features = await run(session, await read(file, false), "features");
    // Neighbours say nearly the same: every seventh position of each image is plenty.
    for (let p = done % 7; p < positions; p += 7) {
      for (let c = 0; c < featureChannels; c++) vector[c] = features[c * positions + p]!;
      addVector(moments, vector);
    }
  }
  await session.release();
  return principalComponents(moments, components);
}

async function learnMoments(
  { backbone, plan: { size }, channels, good, empty, isMirrored, read, onProgress }: ScaleRequest,
  projection: Projection,
): Promise<Omit<LearntScale, "size" | "projection">> {
  const session = await InferenceSession.create(componentGraph(backbone, size, channels, projection), sessionOptions);
  const grid: BlockedGrid = {
    rows: size.height / 8,
    columns: size.width / 8,
    block,
    components: projection.components,
  };
  const pool = grid.rows % 4 === 0 && grid.columns % 4 === 0 ? 4 : 2;
  const parts = Array.from({ length: folds }, () => noGridMoments(grid));
  const pictures: Float32Array[] = [];
  const coarse: { good: Float32Array[]; empty: Float32Array[] } = { good: [], empty: [] };
  const total = good.length + empty.length;
  for (const [done, file] of [...good, ...empty].entries()) {
    onProgress("statistics", done, total);
    const values = Float32Array.from(await run(session, await read(file, true), "components"));
    const isGood = done < good.length;
    coarse[isGood ? "good" : "empty"].push(coarsePicture(values, grid, pool));
    if (!isGood) continue;
    pictures.push(values);
    const part = parts[done % folds]!;
    addPicture(part, values);
    if (isMirrored) for (const axes of mirrorings) addPicture(part, mirror(values, grid, axes));
  }
  await session.release();
  return { grid, top: Math.max(1, Math.ceil(topShare * grid.rows * grid.columns)), parts, pictures, pool, coarse };
}

const allOf = (parts: readonly GridMoments[]): GridMoments => parts.reduce((sum, part) => combineMoments(sum, part, 1));

/** What `use` makes of each good picture's map by what the other folds taught, as new units will be judged. */
export function heldOutMaps<T>({ parts, pictures }: LearntScale, use: (map: Float32Array) => T): readonly T[] {
  const all = allOf(parts);
  const results = new Array<T>(pictures.length);
  for (const [fold, part] of parts.entries()) {
    const others = gaussiansOf(combineMoments(all, part, -1));
    for (let i = fold; i < pictures.length; i += parts.length) results[i] = use(distanceMap(others, pictures[i]!));
  }
  return results;
}

/** What the graph needs, from all good pictures together. */
export function parametersOf({ grid, top, parts, projection }: LearntScale): AnomalyParameters {
  const { mean, whitening } = gaussiansOf(allOf(parts));
  return {
    ...projection,
    grid: { rows: grid.rows, columns: grid.columns },
    block,
    whitening,
    whitenedMean: whitenedMeans(grid, mean, whitening),
    top,
  };
}

/** The graph subtracts after whitening: [blocks, block², k]. */
function whitenedMeans(
  { rows, columns, block: side, components: k }: BlockedGrid,
  mean: Float32Array,
  whitening: Float32Array,
): Float32Array {
  const result = new Float32Array(mean.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const owner = Math.floor(row / side) * (columns / side) + Math.floor(column / side);
      const from = (row * columns + column) * k;
      const to = (owner * side * side + (row % side) * side + (column % side)) * k;
      for (let j = 0; j < k; j++) {
        let value = 0;
        for (let i = 0; i <= j; i++) value += mean[from + i]! * whitening[owner * k * k + i * k + j]!;
        result[to + j] = value;
      }
    }
  return result;
}
