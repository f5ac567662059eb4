import { z } from "zod";

/**
 * How a raw score becomes the probability that something is wrong: Platt scaling, 1 / (1 + exp(−(a · score + b))).
 * Fitted on pictures of known good and defective units; it holds for units mixed as those were.
 */
export const calibrationSchema = z.strictObject({
  kind: z.literal("platt"),
  a: z.number(),
  b: z.number(),
  /** Labelled pictures it was fitted on. */
  samples: z.strictObject({ good: z.int().positive(), bad: z.int().positive() }),
  /** Mean squared error of the probability, on pictures that each fit had not seen. 0 = always right and sure, 0.25 = a coin. */
  brier: z.number().min(0).max(1),
  /** Where the labelled pictures came from, for a person. */
  source: z.string(),
});

export type Calibration = z.output<typeof calibrationSchema>;

/** 0..1. */
export const probabilityOf = ({ a, b }: Pick<Calibration, "a" | "b">, score: number): number =>
  1 / (1 + Math.exp(-(a * score + b)));
