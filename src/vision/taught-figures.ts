import type { TaughtFigures } from "../domain/taught.ts";
import type { Baseline } from "./model/card.ts";

/**
 * What a camera's good units were like when its models were taught. Cards of older programs know no means: the middle of
 * the range stands in for brightness, and the least for sharpness, which then is noticed later.
 */
export function taughtFigures(score: number | undefined, baseline: Baseline | undefined): TaughtFigures {
  const figures = baseline && {
    brightness: baseline.brightness.mean ?? (baseline.brightness.min + baseline.brightness.max) / 2,
    sharpness: baseline.sharpness.mean ?? baseline.sharpness.min,
  };
  return { ...(score !== undefined && score > 0 && { score }), ...figures };
}
