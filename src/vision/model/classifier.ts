import type { Picture } from "../picture.ts";
import { probabilityOf } from "./calibration.ts";
import type { ClassifierCard } from "./card.ts";
import type { GoldenFigure } from "./golden.ts";
import { openGraph } from "./graph-session.ts";
import type { ModelPackage } from "./package.ts";

/** How sure a classifier is that a picture shows a class. */
export interface ClassScore {
  readonly class: string;
  /** The graph's own value. */
  readonly output: number;
  /** 0..1, see the card's `activation`. */
  readonly confidence: number;
  /** 0..1; absent where the card has no calibration of this class. */
  readonly probability?: number;
}

/** One session, for one thread. */
export interface Classifier extends AsyncDisposable {
  /** All classes, in the order of the card. @throws Error for a picture that the graph does not take. */
  classify(picture: Picture): Promise<{ readonly scores: readonly ClassScore[]; readonly inferenceMs: number }>;
}

/** Opens the graph of a classifier. @throws ModelError when it is not what the card says. */
export async function openClassifier({ folder, card, graph }: ModelPackage<ClassifierCard>): Promise<Classifier> {
  const { input, output, classes } = card;
  const session = await openGraph(`Model package ${folder}`, graph, {
    input,
    output: { name: output.name, dims: [1, classes.length] },
  });
  return {
    async classify(picture) {
      const { values, inferenceMs } = await session.run(picture);
      return { scores: scoresOf(card, values), inferenceMs };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

const activations: Readonly<Record<ClassifierCard["output"]["activation"], (values: Float32Array) => Float32Array>> = {
  none: (values) => values,
  sigmoid: (values) => values.map((value) => 1 / (1 + Math.exp(-value))),
  softmax(values) {
    // Less the largest one: the quotient is the same, and nothing overflows.
    const largest = Math.max(...values);
    const powers = values.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / sum);
  },
};

/** What a graph's output says of each class of the card. */
export function scoresOf(
  { output, classes, calibration }: Pick<ClassifierCard, "output" | "classes" | "calibration">,
  values: Float32Array,
): ClassScore[] {
  const confidences = activations[output.activation](values);
  const tempered =
    calibration?.kind === "temperature"
      ? activations.softmax(values.map((value) => value / calibration.temperature))
      : undefined;
  return classes.map((name, i) => {
    const platt = calibration?.kind === "platt" ? calibration.classes[name] : undefined;
    const probability = tempered?.[i] ?? (platt && probabilityOf(platt, values[i]!));
    return {
      class: name,
      output: values[i]!,
      confidence: Math.min(1, Math.max(0, confidences[i]!)),
      ...(probability !== undefined && { probability }),
    };
  });
}

/** What a golden sample must give, beside what it gives. */
export async function classifierFigures(
  classifier: Classifier,
  picture: Picture,
  { outputs, tolerance }: ClassifierCard["golden"][number],
): Promise<readonly GoldenFigure[]> {
  const { scores } = await classifier.classify(picture);
  return Object.entries(outputs).map(([name, expected]) => ({
    what: name,
    expected,
    actual: scores.find((s) => s.class === name)?.output ?? Number.NaN,
    tolerance,
  }));
}
