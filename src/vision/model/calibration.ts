import { z } from "zod";

const plattFit = {
  a: z.number(),
  b: z.number(),
  /** Labelled pictures it was fitted on. */
  samples: z.strictObject({ good: z.int().positive(), bad: z.int().positive() }),
  /** Mean squared error of the probability, on pictures that each fit had not seen. 0 = always right and sure, 0.25 = a coin. */
  brier: z.number().min(0).max(1),
} as const;
/** Where the labelled pictures came from, for a person. */
const source = z.string();

/**
 * How a raw score becomes the probability that something is wrong: Platt scaling, 1 / (1 + exp(−(a · score + b))).
 * Fitted on pictures of known good and defective units; it holds for units mixed as those were.
 */
export const calibrationSchema = z.strictObject({ kind: z.literal("platt"), ...plattFit, source });

export type Calibration = z.output<typeof calibrationSchema>;

/**
 * The same for a network with several classes. `platt`: each class's output by itself, for networks that can see several
 * things at once. `temperature`: softmax of the outputs over T (Guo et al., 2017), for those that choose one.
 */
export const classCalibrationSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("platt"), classes: z.record(z.string(), z.strictObject(plattFit)), source }),
  z.strictObject({
    kind: z.literal("temperature"),
    temperature: z.number().positive(),
    /** Labelled pictures it was fitted on. */
    samples: z.int().positive(),
    brier: plattFit.brier,
    source,
  }),
]);

export type ClassCalibration = z.output<typeof classCalibrationSchema>;

/** 0..1. */
export const probabilityOf = ({ a, b }: Pick<Calibration, "a" | "b">, score: number): number =>
  1 / (1 + Math.exp(-(a * score + b)));
