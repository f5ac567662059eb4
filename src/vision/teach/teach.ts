import { readFile } from "node:fs/promises";
import path from "node:path";
import { errorText } from "../../platform/errors.ts";
import { anomalyGraph, finestGrid, fusedAnomalyGraph, type GraphScale } from "../model/anomaly-graph.ts";
import { openAnomalyModel } from "../model/anomaly-model.ts";
import { backboneLicence, readBackbone } from "../model/backbone.ts";
import type { AnomalyCard } from "../model/card.ts";
import { sha256 } from "../model/package.ts";
import { encodePng, isGrey, readPicture } from "../model/read-picture.ts";
import { measurePicture, type Picture, type PictureMeasures } from "../picture.ts";
import { baselineOf } from "./baseline.ts";
import { fusedScore, learnFusion, scalesFor, summariseMap } from "./fused-scales.ts";
import { imagesOf } from "./image-set.ts";
import { heldOutMaps, type LearntScale, learnScale, parametersOf } from "./learn-scale.ts";
import { learnPresence, presenceOf } from "./presence.ts";
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
  /**
   * Folder of images of the empty place: the frame guard lets such pictures pass, and the model can say "nothing there".
   * With `see` only the former: whoever locates the unit also says when there is none.
   */
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
  /**
   * What the model sees of a whole picture, e.g. one zone of a located unit; all of it when left out. The same has to be
   * shown to it at inspection. @throws when this picture cannot be shown; the teaching ends with its file's name.
   */
  readonly see?: (picture: Picture) => Promise<Picture>;
  /** The network sees pictures at their own resolution (up to 512 px a side) instead of 256 px: slower, and finds smaller things. */
  readonly native?: boolean;
  /** Version of this program, for the card. */
  readonly program: string;
  /** UTC ms, for the card. */
  readonly now: number;
  readonly onProgress?: (progress: TeachProgress) => void;
}

export interface TeachResult {
  readonly folder: string;
  readonly card: AnomalyCard;
  /** Images that stand out from the others, strangest first: look at them, they may not show good units. */
  readonly outliers: readonly string[];
}

/** Below this a covariance is a guess, and nothing can be held out. */
export const minimumImages = 20;
/** An empty belt has little variety. */
export const minimumEmptyImages = 3;
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
  const see = async (whole: Picture, file: string): Promise<Picture> =>
    (await request.see?.(whole).catch((cause: unknown) => {
      throw new TeachError(`${file}: ${errorText(cause)}. Remove it, or correct the recipe.`, { cause });
    })) ?? whole;
  const shown = await see(first, good[0]!);
  const input = { width: shown.width, height: shown.height, channels, anySize: request.anySize ?? false } as const;
  const plans = scalesFor(shown, input.anySize, request.native ?? false);
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
  const measures = new Map<string, PictureMeasures>();
  const shownEmpty = request.see ? [] : empty;
  if (request.see) for (const file of empty) measures.set(file, measurePicture(await read(file)));
  const scales: LearntScale[] = [];
  for (const [index, plan] of plans.entries())
    scales.push(
      await learnScale({
        backbone,
        plan,
        channels,
        good,
        empty: shownEmpty,
        isMirrored: request.mirrored ?? false,
        read: async (file, isLast) => {
          const picture = await read(file);
          if (isLast && index === 0) measures.set(file, measurePicture(picture));
          return see(picture, file);
        },
        onProgress: (phase, done, total) =>
          request.onProgress?.({ phase, done: index * total + done, total: plans.length * total }),
      }),
    );
  const learnt = learn(scales, good);
  request.onProgress?.({ phase: "writing", done: 0, total: 1 });
  const [coarsest] = learnt.scales;
  const graph =
    learnt.scales.length === 1
      ? anomalyGraph(backbone, coarsest.size, channels, coarsest.parameters)
      : fusedAnomalyGraph(backbone, channels, learnt.scales);

  const samples = [learnt.typical, learnt.strangest, ...shownEmpty.slice(0, 1)];
  const golden = await goldenSamples(graph, samples, async (file) => see(await read(file), file));
  const { reject, slope } = thresholdOf(learnt.heldOut);
  const card: AnomalyCard = {
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
    grid: finestGrid(learnt.scales),
    threshold: { reject: rounded(reject) },
    confidence: { slope: rounded(slope), isProbability: false },
    ...(learnt.absentBelow === undefined ? {} : { presence: { absentBelow: rounded(learnt.absentBelow) } }),
    baseline: baselineOf(
      [...measures.values()],
      good.map((file) => measures.get(file)!),
    ),
    ...(learnt.scales.length === 1 ? {} : { scales: learnt.scales.map(scaleForCard) }),
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

type Reader = (file: string) => Promise<Picture>;

/** What the pictures come to. */
interface Learnt {
  readonly scales: readonly [GraphScale, ...GraphScale[]];
  readonly heldOut: HeldOut;
  readonly absentBelow?: number;
  readonly outliers: readonly string[];
  /** Good images for golden samples. */
  readonly typical: string;
  readonly strangest: string;
}

/** Scores each good image by what the others taught, as new units will be, and draws everything from that. */
function learn(learnt: readonly LearntScale[], good: readonly string[]): Learnt {
  const isFused = learnt.length > 1;
  const summaries = learnt.map((scale) => heldOutMaps(scale, (map) => summariseMap(map, scale.top)));
  const fusion = learnFusion(summaries);
  const scores = good.map((_, i) =>
    isFused
      ? fusedScore(
          summaries.map((scale) => scale[i]!),
          fusion,
        )
      : summaries[0]![i]!.top,
  );
  const ranked = scores.map((score, index) => ({ score, file: good[index]! })).sort((a, b) => a.score - b.score);
  const { coarse, pool } = learnt[0]!;
  const presence = coarse.empty.length === 0 ? undefined : learnPresence(coarse.empty, coarse.good, pool);
  const scales = learnt.map((scale, i) => ({
    size: scale.size,
    parameters: { ...parametersOf(scale), ...(presence && i === 0 ? { presence } : {}) },
    ...fusion[i]!,
  }));
  return {
    scales: scales as unknown as Learnt["scales"],
    heldOut: summarise(scores, learnt[0]!.parts.length),
    ...(presence
      ? {
          absentBelow: absentBelow(
            coarse.empty.map((c) => presenceOf(c, presence)),
            coarse.good.map((c) => presenceOf(c, presence)),
          ),
        }
      : {}),
    typical: ranked[ranked.length >> 1]!.file,
    strangest: ranked.at(-1)!.file,
    outliers: ranked
      .filter(({ score }) => score > outlierLimit(scores))
      .reverse()
      .map(({ file }) => file),
  };
}

const scaleForCard = ({
  size,
  parameters,
  weight,
  levelCap,
}: GraphScale): NonNullable<AnomalyCard["scales"]>[number] => ({
  ...size,
  components: parameters.components,
  weight: rounded(weight),
  levelCap: rounded(levelCap),
});

interface GoldenSample {
  readonly entry: AnomalyCard["golden"][number];
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
