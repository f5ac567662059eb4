import path from "node:path";
import { errorText } from "../../platform/errors.ts";
import type { Picture } from "../picture.ts";
import { type AnomalyModel, openAnomalyModel } from "./anomaly-model.ts";
import type { AnomalyCard, ClassifierCard, DetectorCard, ModelCard } from "./card.ts";
import { type Classifier, classifierFigures, openClassifier } from "./classifier.ts";
import { type Detector, detectorFigures, openDetector } from "./detector.ts";
import { checkGolden, type GoldenFigure, type GoldenSample } from "./golden.ts";
import { ModelError } from "./model-error.ts";
import { graphFile, type ModelPackage, readModelPackage, rereadMember } from "./package.ts";
import { readPicture } from "./read-picture.ts";

/** A package that also computes what it must on this machine. */
export interface LoadedModel<Card extends ModelCard, Model> extends ModelPackage<Card>, AsyncDisposable {
  readonly model: Model;
  /** To be run again whenever it is in doubt whether it still does. */
  readonly golden: readonly GoldenSample[];
}

/** How a model of one kind is opened, and what a golden sample of it is compared in. */
interface Kind<Card extends ModelCard, Model> {
  /** As a person says it, with its article. */
  readonly name: string;
  readonly kind: Card["kind"];
  /** What a recipe uses it by. */
  readonly step: string;
  open(modelPackage: ModelPackage<Card>): Promise<Model>;
  figures(model: Model, picture: Picture, sample: Card["golden"][number]): Promise<readonly GoldenFigure[]>;
}

export const anomalyKind: Kind<AnomalyCard, AnomalyModel> = {
  name: "an anomaly model",
  kind: "anomaly",
  step: "anomaly",
  open: ({ folder, graph }) =>
    openAnomalyModel(graph).catch((error: unknown) => {
      throw new ModelError(
        `Model package ${folder}: ${graphFile} cannot be opened: ${errorText(error)}. Teach it again.`,
        { cause: error },
      );
    }),
  async figures(model, picture, { score, presence, tolerance }) {
    const actual = await model.inspect(picture);
    return [
      { what: "score", expected: score, actual: actual.score, tolerance },
      { what: "presence", expected: presence, actual: actual.presence, tolerance },
    ];
  },
};
export const classifierKind: Kind<ClassifierCard, Classifier> = {
  name: "a classifier",
  kind: "classifier",
  step: "classify",
  open: openClassifier,
  figures: classifierFigures,
};
export const detectorKind: Kind<DetectorCard, Detector> = {
  name: "a detector",
  kind: "detector",
  step: "detect",
  open: openDetector,
  figures: detectorFigures,
};

/**
 * Reads a package, opens its graph and runs its golden samples, which also warms the session up.
 * @throws ModelError with the file or golden sample at fault, what was expected and what came.
 */
const loader =
  <Card extends ModelCard, Model extends AsyncDisposable>(kind: Kind<Card, Model>) =>
  async (folder: string): Promise<LoadedModel<Card, Model>> => {
    const modelPackage = ofKind(kind, await readModelPackage(folder));
    const model = await kind.open(modelPackage);
    const golden = goldenOf(kind, modelPackage, model);
    try {
      await checkGolden(folder, golden);
    } catch (error) {
      await model[Symbol.asyncDispose]();
      throw error;
    }
    return { ...modelPackage, model, golden, [Symbol.asyncDispose]: () => model[Symbol.asyncDispose]() };
  };

export const loadAnomalyModel = loader(anomalyKind);
export const loadClassifier = loader(classifierKind);
export const loadDetector = loader(detectorKind);

/** Narrows a package to its kind. @throws ModelError for another one, saying which step it is for. */
function ofKind<Card extends ModelCard>(
  { name, kind }: Pick<Kind<Card, unknown>, "name" | "kind">,
  given: ModelPackage,
): ModelPackage<Card> {
  if (given.card.kind === kind) return given as ModelPackage<Card>;
  const actual = [anomalyKind, classifierKind, detectorKind].find((k) => k.kind === given.card.kind)!;
  throw new ModelError(
    `Model package ${given.folder} is ${actual.name}, not ${name}: use it by the step "${actual.step}".`,
  );
}

/** The golden samples of an opened package. */
export const goldenOf = <Card extends ModelCard, Model>(
  { figures }: Kind<Card, Model>,
  modelPackage: ModelPackage<Card>,
  model: Model,
): readonly GoldenSample[] =>
  modelPackage.card.golden.map((sample) => ({
    model: modelPackage.ref.id,
    file: sample.file,
    async run() {
      await rereadMember(modelPackage, sample.file);
      const picture = await readPicture(path.join(modelPackage.folder, sample.file), modelPackage.card.input.channels);
      return figures(model, picture, sample);
    },
  }));
