import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Calibration, probabilityOf } from "../model/calibration.ts";
import type { AnomalyCard } from "../model/card.ts";
import { ModelError } from "../model/model-error.ts";
import { freeVersion, writePackage } from "../teach/write-package.ts";
import { judgePictures } from "./judge-pictures.ts";
import { labelledPictures } from "./labelled-pictures.ts";
import { openFit } from "./model-under-test.ts";
import { fitPlatt, type LabelledScore } from "./platt.ts";
import { brierScore, calibrationError, type Forecast } from "./reliability.ts";

export interface CalibrationRequest {
  /** Folder of the package. */
  readonly model: string;
  /** Labelled pictures, see `labelledPictures`. */
  readonly data: string;
  readonly split?: string;
  /** Where packages go. */
  readonly out: string;
  /** Version of this program, for the card. */
  readonly program: string;
  /** UTC ms, for the card. */
  readonly now: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** How honest a reading of the score is. */
export interface Honesty {
  /** Expected calibration error, 0..1. */
  readonly ece: number;
  readonly brier: number;
  readonly forecasts: readonly Forecast[];
}

export interface CalibrationResult {
  readonly folder: string;
  readonly card: AnomalyCard;
  readonly calibration: Calibration;
  /** The confidence as it was. */
  readonly before: Honesty;
  /** The probability, each picture by a fit that had not seen it. */
  readonly after: Honesty;
}

/** Below this a fit is a guess. */
export const minimumOfEach = 20;
const folds = 5;

/**
 * Fits what turns the model's score into a probability, and writes the package again as a new version that has it.
 * @throws ModelError when there are too few pictures of either side; LabelledPicturesError; nothing is written then.
 */
export async function calibrateModel(request: CalibrationRequest): Promise<CalibrationResult> {
  const pictures = await labelledPictures(request.data, request.split);
  const good = pictures.filter((p) => p.isGood).length;
  const bad = pictures.length - good;
  if (good < minimumOfEach || bad < minimumOfEach)
    throw new ModelError(
      `${request.data} holds ${good} good and ${bad} defective pictures; at least ${minimumOfEach} of each are needed to calibrate. Add labelled pictures of the side that is short.`,
    );
  await using model = await openFit(request.model);
  const { card: old, graph } = model.package;
  if (old.kind !== "anomaly")
    throw new ModelError(
      `${model.package.ref.id} is of kind ${old.kind}; only anomaly models are calibrated here. Calibrate it where it was trained, and write that into its card.`,
    );
  const judged = await judgePictures(model, request.data, pictures, request.onProgress);
  const scores = judged.map(({ score, isGood, group }) => ({ score, isBad: !isGood, group }));
  const after = honesty(crossFitted(scores));
  const fit = fitPlatt(scores);
  if (!(fit.a > 0))
    throw new ModelError(
      `${model.package.ref.id} does not score the defective pictures of ${request.data} higher than the good ones; check the labels, or teach a model that sees these defects.`,
    );
  const calibration: Calibration = {
    kind: "platt",
    a: rounded(fit.a),
    b: rounded(fit.b),
    samples: { good, bad },
    brier: rounded(after.brier),
    source: `${path.basename(path.resolve(request.data))}${request.split === undefined ? "" : ` (${request.split})`}`,
  };
  const card: AnomalyCard = {
    ...old,
    version: await freeVersion({ out: request.out, name: old.name }),
    created: new Date(request.now).toISOString(),
    program: request.program,
    calibration,
  };
  const members = await Promise.all(
    Object.keys(card.files).map(
      async (file) => [file, file === "model.onnx" ? graph : await readFile(path.join(request.model, file))] as const,
    ),
  );
  const folder = await writePackage(request.out, card, Object.fromEntries(members));
  const before = honesty(judged.map(({ confidence, isGood }) => ({ probability: confidence, isBad: !isGood })));
  return { folder, card, calibration, before, after };
}

const honesty = (forecasts: readonly Forecast[]): Honesty => ({
  ece: calibrationError(forecasts),
  brier: brierScore(forecasts),
  forecasts,
});

/** Each score's probability by a fit on the other folds; pictures of one piece stay together, each side spread evenly. */
function crossFitted(scores: readonly (LabelledScore & { readonly group: string })[]): readonly Forecast[] {
  const foldOf = new Map<string, number>();
  for (const side of [true, false])
    for (const [i, group] of [...new Set(scores.filter((s) => s.isBad === side).map((s) => s.group))].entries())
      if (!foldOf.has(group)) foldOf.set(group, i % folds);
  return Array.from({ length: folds }, (_, fold) => {
    const isHeldOut = ({ group }: { readonly group: string }): boolean => foldOf.get(group) === fold;
    const fit = fitPlatt(scores.filter((s) => !isHeldOut(s)));
    return scores.filter(isHeldOut).map(({ score, isBad }) => ({ probability: probabilityOf(fit, score), isBad }));
  }).flat();
}

const rounded = (value: number): number => Number(value.toPrecision(6));
