import { openAnomalyModel } from "../model/anomaly-model.ts";
import { probabilityOf } from "../model/calibration.ts";
import { checkGolden, type GoldenSample } from "../model/golden.ts";
import { goldenOf, type ModelPackage, readModelPackage } from "../model/package.ts";
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
  /** As the model wants it. @throws ModelError naming a file that is no image. */
  read(file: string): Promise<Picture>;
  /** @throws what the runtime throws for a picture that does not fit. */
  judge(picture: Picture): Promise<Said>;
}

/** Opens a package without running its golden samples. @throws ModelError */
export async function openForTest(folder: string): Promise<ModelUnderTest> {
  const modelPackage = await readModelPackage(folder);
  const { card, graph } = modelPackage;
  const model = await openAnomalyModel(graph);
  const { reject } = card.threshold;
  return {
    package: modelPackage,
    golden: goldenOf(modelPackage, model),
    threshold: reject,
    scoreName: "anomaly score (distance from good units)",
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
