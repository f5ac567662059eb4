import type { Baseline } from "../model/card.ts";
import type { PictureMeasures } from "../picture.ts";

/**
 * How usable pictures are as pictures: what the frame guard compares later ones with.
 * @param measures of all of them, the empty place included: the limits
 * @param good of the good units: the means
 */
export function baselineOf(measures: readonly PictureMeasures[], good: readonly PictureMeasures[]): Baseline {
  const mean = (key: keyof PictureMeasures): number => rounded(good.reduce((sum, m) => sum + m[key], 0) / good.length);
  const of = (key: keyof PictureMeasures): number[] => measures.map((m) => m[key]);
  return {
    brightness: { min: Math.min(...of("brightness")), max: Math.max(...of("brightness")), mean: mean("brightness") },
    contrast: { min: Math.min(...of("contrast")) },
    saturated: { max: Math.max(...of("saturated")) },
    sharpness: { min: Math.min(...of("sharpness")), mean: mean("sharpness") },
    rowStep: { max: Math.max(...of("rowStep")) },
  };
}

const rounded = (value: number): number => Number(value.toPrecision(6));
