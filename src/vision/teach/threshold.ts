import { TeachError } from "./teach-error.ts";

/** Scores of good images by models that had not seen them. */
export interface HeldOut {
  readonly folds: number;
  readonly mean: number;
  readonly deviation: number;
  readonly max: number;
}

export const thresholdRule =
  "reject = the greater of 1.1 × the highest held-out score and mean + 5 standard deviations of the held-out scores of good images";

/** The margin is for units that nobody has seen yet; the held-out models knew a fifth less, so it errs towards passing. */
export function thresholdOf({ mean, deviation, max }: HeldOut): { readonly reject: number; readonly slope: number } {
  const reject = Math.max(1.1 * max, mean + 5 * deviation);
  // An average good unit reads as 2 % "fail", one at the threshold as 50 %.
  return { reject, slope: Math.log(49) / (reject - mean) };
}

export function summarise(scores: readonly number[], folds: number): HeldOut {
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
  const deviation = Math.sqrt(scores.reduce((a, s) => a + (s - mean) ** 2, 0) / Math.max(1, scores.length - 1));
  return { folds, mean, deviation, max: Math.max(...scores) };
}

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
