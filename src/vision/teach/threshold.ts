import { TeachError } from "./teach-error.ts";

/** Scores of good images by models that had not seen them; outliers are counted, not averaged in. */
export interface HeldOut {
  readonly folds: number;
  readonly mean: number;
  readonly deviation: number;
  readonly max: number;
  readonly outliers: number;
}

/** A held-out score that far above the median, in robust deviations, is more likely a wrong image than a good unit. */
const outlierAt = 8;

export const thresholdRule =
  "reject = the greater of 1.1 × the highest held-out score and mean + 5 standard deviations of the held-out scores of good images, " +
  "without outliers (more than 8 robust standard deviations above the median)";

/** The margin is for units that nobody has seen yet; the held-out models knew a fifth less, so it errs towards passing. */
export function thresholdOf({ mean, deviation, max }: HeldOut): { readonly reject: number; readonly slope: number } {
  const reject = Math.max(1.1 * max, mean + 5 * deviation);
  // An average good unit reads as 2 % "fail", one at the threshold as 50 %.
  return { reject, slope: Math.log(49) / (reject - mean) };
}

/** Scores above this stand out: median + 8 × 1.4826 × median absolute deviation. */
export function outlierLimit(scores: readonly number[]): number {
  const median = medianOf(scores);
  return median + outlierAt * 1.4826 * medianOf(scores.map((s) => Math.abs(s - median)));
}

export function summarise(scores: readonly number[], folds: number): HeldOut {
  const limit = outlierLimit(scores);
  const kept = scores.filter((s) => s <= limit);
  const mean = kept.reduce((a, b) => a + b, 0) / kept.length;
  const deviation = Math.sqrt(kept.reduce((a, s) => a + (s - mean) ** 2, 0) / Math.max(1, kept.length - 1));
  return { folds, mean, deviation, max: Math.max(...kept), outliers: scores.length - kept.length };
}

const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Half-way, by ratio, between the fullest empty picture and the emptiest good one. @throws TeachError when they overlap. */
export function absentBelow(empty: readonly number[], good: readonly number[]): number {
  const [fullest, emptiest] = [Math.max(...empty), Math.min(...good)];
  if (fullest * 2 >= emptiest)
    throw new TeachError(
      `The empty images cannot be told from the good ones (${fullest.toFixed(3)} against ${emptiest.toFixed(3)} on a scale where empty is 0 and good is 1). ` +
        "Check that no image is in the wrong folder.",
    );
  return Math.sqrt(Math.max(fullest, 1e-3) * emptiest);
}
