import type { Zone } from "../../domain/recipe.ts";
import type { Grey } from "../grey.ts";
import type { OpenCv } from "../opencv/open-cv.ts";
import { createTemplateSearch } from "../opencv/template-search.ts";
import { inPlace, type Placement } from "../placement.ts";
import { RecipeError } from "../recipe-error.ts";
import { type Aligned, align, patternOf } from "./align.ts";
import { shrink } from "./shrink.ts";

/** Finds one part of the reference picture again. */
export interface PartFinder extends Disposable {
  /** Where the part lies against its place in the reference picture, once the unit's own placement is taken off. */
  find(grey: Grey, place: Placement): Aligned;
}

/** A pattern of fewer pixels, or with less of a standard deviation (levels of 0..255), is none. */
const [leastPixels, leastSpread] = [20, 8] as const;

/** Edge that a part keeps when it is searched smaller, px: less is no pattern any more. */
const leastEdge = 12;

/**
 * Learns what a zone of the reference picture shows, to find it within `reach` px of there: first by correlation on a
 * smaller picture (about 5° of turn do no harm), then by bringing its steepest pixels to coincide.
 * @throws RecipeError when the zone shows nothing that could be found again.
 */
export function createPartFinder(
  cv: OpenCv,
  reference: Grey,
  { name, zone, reach }: { readonly name: string; readonly zone: Zone; readonly reach: number },
): PartFinder {
  const [left, top, width, height] = zone;
  const factor = Math.max(1, Math.min(4, Math.floor(Math.min(width, height) / leastEdge)));
  const pattern = patternOf(reference, zone);
  const spread = Math.sqrt(pattern.level.reduce((sum, l) => sum + l * l, 0) / pattern.count);
  if (pattern.count < leastPixels || !(spread > leastSpread))
    throw new RecipeError(
      `Zone "${name}" is too small or too plain to be found again: choose one of at least 16 × 16 px with print or edges in it.`,
    );
  const [w, h] = [Math.floor(width / factor), Math.floor(height / factor)];
  // One px more, so that the farthest place still has neighbours to interpolate between.
  const margin = Math.ceil(reach / factor) + 1;
  const size = { width: w + 2 * margin, height: h + 2 * margin };
  const search = createTemplateSearch(cv, shrink(reference, inPlace, left, top, w, h, factor), size);
  return {
    find(grey, place) {
      const [x, y] = [left - margin * factor, top - margin * factor];
      const peak = search.search(shrink(grey, place, x, y, size.width, size.height, factor));
      const start = { dx: (peak.x - margin) * factor, dy: (peak.y - margin) * factor, turn: 0 };
      return align(pattern, grey, place, start);
    },
    [Symbol.dispose]: () => search[Symbol.dispose](),
  };
}
