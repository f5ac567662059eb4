import { readFile } from "node:fs/promises";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import {
  anomalyGraph,
  componentGraph,
  featureChannels,
  featureGraph,
  imageInput,
  type NetworkSize,
  type Projection,
} from "../model/anomaly-graph.ts";
import { openAnomalyModel, sessionOptions } from "../model/anomaly-model.ts";
import { type Backbone, backboneLicence, readBackbone } from "../model/backbone.ts";
import type { Baseline, ModelCard } from "../model/card.ts";
import { sha256 } from "../model/package.ts";
import { encodePng, isGrey, readPicture } from "../model/read-picture.ts";
import { measurePicture, type Picture, type PictureMeasures } from "../picture.ts";
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
  topMean,
} from "./gaussians.ts";
import { imagesOf } from "./image-set.ts";
import { coarsePicture, learnPresence, presenceOf } from "./presence.ts";
import { addVector, noMoments, principalComponents } from "./principal-components.ts";
import { TeachError } from "./teach-error.ts";
import { absentBelow, type HeldOut, outlierLimit, summarise, thresholdOf, thresholdRule } from "./threshold.ts";
import { freeVersion, writePackage } from "./write-package.ts";

/** What is being done, for a progress bar. */
export interface TeachProgress {
  readonly phase: "components" | "statistics" | "writing";
  readonly done: number;
  readonly total: number;
}

export interface TeachRequest {
  /** Folder of images of good units, or one laid out as `train/good/…`. */
  readonly images: string;
  /** Folder of images of the empty place; with it the model can say "nothing there". */
  readonly empty?: string;
  /** Name of the package: a-z, 0-9, '-'. */
  readonly name: string;
  /** Default: the next free whole number in `out`. */
  readonly version?: number;
  /** Folder that gets `<name>@<version>/`. */
  readonly out: string;
  /** Images of different sizes are squashed to one instead of refused: for loose photographs, not for a fixed camera. */
  readonly anySize?: boolean;
  /** Good units look the same mirrored: each image teaches its three mirror images too. */
  readonly mirrored?: boolean;
  /** Version of this program, for the card. */
  readonly program: string;
  /** UTC ms, for the card. */
  readonly now: number;
  readonly onProgress?: (progress: TeachProgress) => void;
}

export interface TeachResult {
  readonly folder: string;
  readonly card: ModelCard;
  /** Images that stand out from the others, strangest first: look at them, they may not show good units. */
  readonly outliers: readonly string[];
}

/** Below this a covariance is a guess, and nothing can be held out. */
export const minimumImages = 20;
/** An empty belt has little variety. */
export const minimumEmptyImages = 3;
/** Components kept: loose photographs vary more than they are many, and a smaller space is learnt better from them. */
const components = { oneSize: 64, anySize: 32 } as const;
const block = 2;
const folds = 5;
/** Images that the principal components are taken from. */
const componentImages = 64;
/** Share of map positions that make the score: a small defect covers a handful of them. */
const topShare = 0.003;

/**
 * Learns what good units look like and writes a model package. Takes about 60 ms per image on one core; onnxruntime
 * blocks the calling thread meanwhile, so it runs in a command of its own, not beside an inspection.
 *
 * @throws TeachError when the images do not allow it, ModelError naming an image that cannot be read, the signal's reason
 * when aborted; in all cases nothing is left behind.
 */
export async function teachModel(request: TeachRequest, signal?: AbortSignal): Promise<TeachResult> {
  // Whatever can be refused is refused before the minutes of work.
  const version = await freeVersion(request);
  const good = await imagesOf(request.images);
  const empty = request.empty === undefined ? [] : await imagesOf(request.empty);
  checkCounts(request, good.length, empty.length);
  const channels = (await everyGrey([...good, ...empty])) ? 1 : 3;
  const first = await readPicture(good[0]!, channels);
  const input = { width: first.width, height: first.height, channels, anySize: request.anySize ?? false } as const;
  const size = networkSize(first, input.anySize);
  const read = async (file: string): Promise<Picture> => {
    signal?.throwIfAborted();
    const picture = await readPicture(file, channels);
    if (!input.anySize && (picture.width !== first.width || picture.height !== first.height))
      throw new TeachError(
        `${file} is ${picture.width} × ${picture.height} px, but ${good[0]} is ${first.width} × ${first.height} px. ` +
          "One camera gives one size: remove the image, or allow any size if these are loose photographs.",
      );
    return picture;
  };

  const backbone = await readBackbone();
  const projection = await learnComponents(backbone, size, channels, spread(good, componentImages), read, request);
  const learnt = await learnStatistics(backbone, size, channels, projection, good, empty, read, request);
  request.onProgress?.({ phase: "writing", done: 0, total: 1 });
  const graph = anomalyGraph(backbone, size, channels, { ...projection, ...learnt.parameters });

  const samples = [learnt.typical, learnt.strangest, ...empty.slice(0, 1)];
  const golden = await goldenSamples(graph, samples, read);
  const { reject, slope } = thresholdOf(learnt.heldOut);
  const card: ModelCard = {
    v: 1,
    kind: "anomaly",
    name: request.name,
    version,
    created: new Date(request.now).toISOString(),
    program: request.program,
    files: {
      "model.onnx": sha256(graph),
      ...Object.fromEntries(golden.map(({ entry, png }) => [entry.file, sha256(png)])),
    },
    input,
    grid: learnt.parameters.grid,
    threshold: { reject: rounded(reject) },
    confidence: { slope: rounded(slope), isProbability: false },
    ...(learnt.absentBelow === undefined ? {} : { presence: { absentBelow: rounded(learnt.absentBelow) } }),
    baseline: learnt.baseline,
    training: {
      id: await trainingId([...good, ...empty]),
      images: good.length,
      emptyImages: empty.length,
      heldOut: learnt.heldOut,
      rule: thresholdRule,
    },
    golden: golden.map(({ entry }) => entry),
    backbone: { sha256: backbone.sourceHash, licence: backboneLicence },
  };
  signal?.throwIfAborted();
  const folder = await writePackage(request.out, card, {
    "model.onnx": graph,
    ...Object.fromEntries(golden.map(({ entry, png }) => [entry.file, png])),
  });
  request.onProgress?.({ phase: "writing", done: 1, total: 1 });
  return { folder, card, outliers: learnt.outliers };
}

function checkCounts({ images, empty }: TeachRequest, good: number, empties: number): void {
  if (good < minimumImages)
    throw new TeachError(
      `${images} holds ${good} images; at least ${minimumImages} of good units are needed, 100 or more are better.`,
    );
  if (empty !== undefined && empties < minimumEmptyImages)
    throw new TeachError(
      `${empty} holds ${empties} images; at least ${minimumEmptyImages} of the empty place are needed.`,
    );
}

async function everyGrey(files: readonly string[]): Promise<boolean> {
  for (const file of files) if (!(await isGrey(file))) return false;
  return true;
}

/** Short side 256 px, the other in proportion, both multiples of 16; smaller pictures are not enlarged. Loose ones are squashed to a square. */
export function networkSize(
  { width, height }: { readonly width: number; readonly height: number },
  anySize: boolean,
): NetworkSize {
  if (anySize) return { width: 192, height: 192 };
  const scale = Math.min(1, 256 / Math.min(width, height));
  const side = (px: number): number => Math.min(512, Math.max(32, 16 * Math.round((px * scale) / 16)));
  return { width: side(width), height: side(height) };
}

/** At most `count` of a list, evenly spread over it. */
const spread = <T>(list: readonly T[], count: number): readonly T[] =>
  list.length <= count ? list : Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]!);

type Reader = (file: string) => Promise<Picture>;

const run = async (
  session: InferenceSession,
  { data, width, height, channels }: Picture,
  output: string,
): Promise<Float32Array> =>
  (await session.run({ [imageInput]: new Tensor("uint8", data, [1, height, width, channels]) }))[output]!
    .data as Float32Array;

async function learnComponents(
  backbone: Backbone,
  size: NetworkSize,
  channels: 1 | 3,
  files: readonly string[],
  read: Reader,
  { onProgress, anySize }: TeachRequest,
): Promise<Projection> {
  const session = await InferenceSession.create(featureGraph(backbone, size, channels), sessionOptions);
  const positions = (size.width * size.height) / 64;
  const moments = noMoments(featureChannels);
  const vector = new Float32Array(featureChannels);
  for (const [done, file] of files.entries()) {
    onProgress?.({ phase: "components", done, total: files.length });
    const features = await run(session, await read(file), "features");
    // Neighbours say nearly the same: every seventh position of each image is plenty.
    for (let p = done % 7; p < positions; p += 7) {
      for (let c = 0; c < featureChannels; c++) vector[c] = features[c * positions + p]!;
      addVector(moments, vector);
    }
  }
  await session.release();
  return principalComponents(moments, anySize ? components.anySize : components.oneSize);
}

/** What the second pass over all images yields. */
interface Learnt {
  readonly parameters: Omit<Parameters<typeof anomalyGraph>[3], keyof Projection>;
  readonly heldOut: HeldOut;
  readonly absentBelow?: number;
  readonly baseline: Baseline;
  readonly outliers: readonly string[];
  /** Good images for golden samples. */
  readonly typical: string;
  readonly strangest: string;
}

async function learnStatistics(
  backbone: Backbone,
  size: NetworkSize,
  channels: 1 | 3,
  projection: Projection,
  good: readonly string[],
  empty: readonly string[],
  read: Reader,
  { onProgress, mirrored = false }: TeachRequest,
): Promise<Learnt> {
  const session = await InferenceSession.create(componentGraph(backbone, size, channels, projection), sessionOptions);
  const grid: BlockedGrid = {
    rows: size.height / 8,
    columns: size.width / 8,
    block,
    components: projection.components,
  };
  const top = Math.max(1, Math.ceil(topShare * grid.rows * grid.columns));
  const pool = grid.rows % 4 === 0 && grid.columns % 4 === 0 ? 4 : 2;
  const parts = Array.from({ length: folds }, () => noGridMoments(grid));
  const pictures: Float32Array[] = [];
  const coarse: { good: Float32Array[]; empty: Float32Array[] } = { good: [], empty: [] };
  const measures: PictureMeasures[] = [];
  const total = good.length + empty.length;
  for (const [done, file] of [...good, ...empty].entries()) {
    onProgress?.({ phase: "statistics", done, total });
    const picture = await read(file);
    measures.push(measurePicture(picture));
    const values = Float32Array.from(await run(session, picture, "components"));
    const isGood = done < good.length;
    coarse[isGood ? "good" : "empty"].push(coarsePicture(values, grid, pool));
    if (!isGood) continue;
    pictures.push(values);
    const part = parts[done % folds]!;
    addPicture(part, values);
    if (mirrored) for (const axes of mirrorings) addPicture(part, mirror(values, grid, axes));
  }
  await session.release();

  const all = parts.reduce((sum, part) => combineMoments(sum, part, 1));
  const scores = heldOutScores(all, parts, pictures, top);
  const ranked = scores.map((score, index) => ({ score, file: good[index]! })).sort((a, b) => a.score - b.score);
  const { mean, whitening } = gaussiansOf(all);
  const presence = empty.length === 0 ? undefined : learnPresence(coarse.empty, coarse.good, pool);
  return {
    parameters: {
      grid: { rows: grid.rows, columns: grid.columns },
      block,
      whitening,
      whitenedMean: whitenedMeans(grid, mean, whitening),
      top,
      ...(presence ? { presence } : {}),
    },
    heldOut: summarise(scores, folds),
    ...(presence
      ? {
          absentBelow: absentBelow(
            coarse.empty.map((c) => presenceOf(c, presence)),
            coarse.good.map((c) => presenceOf(c, presence)),
          ),
        }
      : {}),
    baseline: baselineOf(measures),
    typical: ranked[ranked.length >> 1]!.file,
    strangest: ranked.at(-1)!.file,
    outliers: ranked
      .filter(({ score }) => score > outlierLimit(scores))
      .reverse()
      .map(({ file }) => file),
  };
}

/** Each part is scored by what the other parts taught, as new units will be. */
function heldOutScores(
  all: GridMoments,
  parts: readonly GridMoments[],
  pictures: readonly Float32Array[],
  top: number,
): number[] {
  const scores = new Array<number>(pictures.length);
  for (const [fold, part] of parts.entries()) {
    const others = gaussiansOf(combineMoments(all, part, -1));
    for (let i = fold; i < pictures.length; i += parts.length)
      scores[i] = topMean(distanceMap(others, pictures[i]!), top);
  }
  return scores;
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

function baselineOf(measures: readonly PictureMeasures[]): Baseline {
  const of = (key: keyof PictureMeasures): number[] => measures.map((m) => m[key]);
  return {
    brightness: { min: Math.min(...of("brightness")), max: Math.max(...of("brightness")) },
    contrast: { min: Math.min(...of("contrast")) },
    saturated: { max: Math.max(...of("saturated")) },
    sharpness: { min: Math.min(...of("sharpness")) },
  };
}

interface GoldenSample {
  readonly entry: ModelCard["golden"][number];
  readonly png: Uint8Array;
}

async function goldenSamples(graph: Uint8Array, files: readonly string[], read: Reader): Promise<GoldenSample[]> {
  await using model = await openAnomalyModel(graph);
  const samples: GoldenSample[] = [];
  for (const [index, file] of files.entries()) {
    const picture = await read(file);
    const { score, presence } = await model.inspect(picture);
    // Other processors round differently, by far less than 1 %; a wrong weight or a wrong resize moves it by more.
    const entry = {
      file: `golden/${index + 1}.png`,
      score: rounded(score),
      presence: rounded(presence),
      tolerance: rounded(0.01 * (1 + score)),
    };
    samples.push({ entry, png: await encodePng(picture) });
  }
  return samples;
}

/** The same set of images has the same id, whatever the files are called. */
async function trainingId(files: readonly string[]): Promise<string> {
  const hashes: string[] = [];
  for (const file of files) hashes.push(sha256(await readFile(path.resolve(file))));
  return sha256(new TextEncoder().encode(hashes.sort().join("\n")));
}

const rounded = (value: number): number => Number(value.toPrecision(6));
