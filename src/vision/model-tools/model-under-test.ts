import { defaultRule } from "../../domain/recipe.ts";
import { probabilityOf } from "../model/calibration.ts";
import {
  type AnomalyCard,
  absentClass,
  type ClassifierCard,
  type DetectorCard,
  goodClass,
  type ModelCard,
} from "../model/card.ts";
import type { ClassScore } from "../model/classifier.ts";
import { checkGolden, type GoldenSample } from "../model/golden.ts";
import { anomalyKind, classifierKind, detectorKind, goldenOf } from "../model/load-package.ts";
import { type ModelPackage, readModelPackage } from "../model/package.ts";
import { readPicture } from "../model/read-picture.ts";
import type { Picture } from "../picture.ts";

/** What a model says of one picture, in the same words for every kind of model. */
export interface Said {
  /** Higher = more suspicious, in the model's own scale. */
  readonly score: number;
  /** What it takes the picture for: `pass`, `fail`, `absent`, or a class. */
  readonly takenFor: string;
  /** Whether it lets the unit pass. */
  readonly isPass: boolean;
  /** Its reading of "something is wrong", 0..1: the probability when calibrated. */
  readonly confidence: number;
  /** Time inside the model, ms. */
  readonly ms: number;
}

/** A package opened to be examined, whatever its kind. */
export interface ModelUnderTest extends AsyncDisposable {
  readonly package: ModelPackage;
  readonly golden: readonly GoldenSample[];
  /** Score at which it fails a unit, and what the score is. */
  readonly threshold: number;
  readonly scoreName: string;
  /** Size of the pictures that it takes, px; undefined where it brings any to its own. */
  readonly takes: { readonly width: number; readonly height: number } | undefined;
  /** As the model wants it. @throws ModelError naming a file that is no image. */
  read(file: string): Promise<Picture>;
  /** @throws what the runtime throws for a picture that does not fit. */
  judge(picture: Picture): Promise<Said>;
}

/** Opens a package of one kind without running its golden samples. */
type Opener<Card extends ModelCard> = (modelPackage: ModelPackage<Card>) => Promise<ModelUnderTest>;

const openAnomaly: Opener<AnomalyCard> = async (modelPackage) => {
  const { card } = modelPackage;
  const model = await anomalyKind.open(modelPackage);
  const { reject } = card.threshold;
  return {
    package: modelPackage,
    golden: goldenOf(anomalyKind, modelPackage, model),
    threshold: reject,
    scoreName: "anomaly score (distance from good units)",
    takes: card.input.anySize ? undefined : card.input,
    read: (file) => readPicture(file, card.input.channels),
    async judge(picture) {
      const { score, presence, inferenceMs } = await model.inspect(picture);
      const isAbsent = card.presence !== undefined && presence < card.presence.absentBelow;
      const isPass = !isAbsent && score < reject;
      return {
        score,
        takenFor: isAbsent ? "absent" : isPass ? "pass" : "fail",
        isPass,
        confidence: card.calibration
          ? probabilityOf(card.calibration, score)
          : 1 / (1 + Math.exp(-card.confidence.slope * (score - reject))),
        ms: inferenceMs,
      };
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
};

/** What fails a unit where no recipe says otherwise. */
const evenChance = defaultRule.reject;

const openForClasses: Opener<ClassifierCard> = async (modelPackage) => {
  const { card } = modelPackage;
  const model = await classifierKind.open(modelPackage);
  return {
    package: modelPackage,
    golden: goldenOf(classifierKind, modelPackage, model),
    threshold: evenChance,
    scoreName: "confidence of the surest defect",
    takes: undefined,
    read: (file) => readPicture(file, card.input.channels),
    async judge(picture) {
      const { scores, inferenceMs } = await model.classify(picture);
      const absence = scores.find((s) => s.class === absentClass)?.confidence ?? 0;
      const worst = scores
        .filter((s) => s.class !== goodClass && s.class !== absentClass)
        .reduce<ClassScore | undefined>((a, b) => (a && a.confidence >= b.confidence ? a : b), undefined);
      const score = worst?.confidence ?? 0;
      const isAbsent = absence >= evenChance;
      const isPass = !isAbsent && score < evenChance;
      return {
        score,
        takenFor: isAbsent ? "absent" : isPass ? "pass" : worst!.class,
        isPass,
        confidence: worst?.probability ?? score,
        ms: inferenceMs,
      };
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
};

const openForBoxes: Opener<DetectorCard> = async (modelPackage) => {
  const { card } = modelPackage;
  const model = await detectorKind.open(modelPackage);
  return {
    package: modelPackage,
    golden: goldenOf(detectorKind, modelPackage, model),
    threshold: evenChance,
    scoreName: "confidence of the surest box",
    takes: undefined,
    read: (file) => readPicture(file, card.input.channels),
    async judge(picture) {
      const {
        found: [surest],
        inferenceMs,
      } = await model.detect(picture);
      const score = surest?.confidence ?? 0;
      const isPass = score < evenChance;
      return { score, takenFor: isPass ? "pass" : surest!.class, isPass, confidence: score, ms: inferenceMs };
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
};

const openers: { readonly [K in ModelCard["kind"]]: Opener<Extract<ModelCard, { kind: K }>> } = {
  anomaly: openAnomaly,
  classifier: openForClasses,
  detector: openForBoxes,
};

/** Opens a package without running its golden samples. @throws ModelError */
export async function openForTest(folder: string): Promise<ModelUnderTest> {
  const modelPackage = await readModelPackage(folder);
  return (openers[modelPackage.card.kind] as Opener<ModelCard>)(modelPackage);
}

/** The same, and its golden samples give what they must. @throws ModelError */
export async function openFit(folder: string): Promise<ModelUnderTest> {
  const model = await openForTest(folder);
  try {
    await checkGolden(folder, model.golden);
    return model;
  } catch (error) {
    await model[Symbol.asyncDispose]();
    throw error;
  }
}
