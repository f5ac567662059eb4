import type { Baseline } from "../model/card.ts";
import type { PictureMeasures } from "../picture.ts";

/** How pictures of units and of the empty place are as pictures: what the frame guard compares later ones with. */
export function baselineOf(measures: readonly PictureMeasures[]): Baseline {
  const of = (key: keyof PictureMeasures): number[] => measures.map((m) => m[key]);
  return {
    brightness: { min: Math.min(...of("brightness")), max: Math.max(...of("brightness")) },
    contrast: { min: Math.min(...of("contrast")) },
    saturated: { max: Math.max(...of("saturated")) },
    sharpness: { min: Math.min(...of("sharpness")) },
  };
}
