import type { Zone } from "../../domain/recipe.ts";
import type { Grey } from "../grey.ts";
import type { OpenCv } from "../opencv/open-cv.ts";
import { inPlace, type Placement, type Point, placed } from "../placement.ts";
import type { Aligned } from "./align.ts";
import type { Located } from "./located.ts";
import { createPartFinder } from "./part-finder.ts";
import { rigidFit } from "./rigid-fit.ts";

/** A mark that is less alike than that was not found, −1..1. */
const leastAlike = 0.7;

/** Marks of the unit, learned from the reference picture. */
export interface Fiducials extends Disposable {
  locate(grey: Grey): Located;
}

/**
 * Learns two or more marks from the reference picture, each searched within `reach` px of its place; together they tell
 * turn and shift, and what is left of their distances is the residual. That no mark is there does not say that no unit
 * is there: one without print looks the same, so it is lost, never absent.
 * @throws RecipeError when one of them is no mark.
 */
export function createFiducials(
  cv: OpenCv,
  reference: Grey,
  marks: readonly { readonly name: string; readonly zone: Zone }[],
  reach: number,
): Fiducials {
  using stack = new DisposableStack();
  const finders = marks.map((mark) => stack.use(createPartFinder(cv, reference, { ...mark, reach })));
  const everything = stack.move();
  const middles = marks.map(({ zone: [x, y, width, height] }): Point => ({ x: x + width / 2, y: y + height / 2 }));
  return {
    locate(grey) {
      const found = finders.map((finder) => finder.find(grey, inPlace));
      const missed = marks.filter((_, i) => found[i]!.similarity < leastAlike);
      if (missed.length > 0)
        return { kind: "lost", detail: `not found where it may be: ${missed.map((m) => m.name).join(", ")}` };
      const { turn, centre, dx, dy, residual } = rigidFit(middles, middles.map(moved(found)));
      const place: Placement = placed(turn, centre, { x: dx, y: dy });
      return { kind: "found", place, dx, dy, turn, residual };
    },
    [Symbol.dispose]: () => everything[Symbol.dispose](),
  };
}

const moved =
  (found: readonly Aligned[]) =>
  ({ x, y }: Point, i: number): Point => ({ x: x + found[i]!.dx, y: y + found[i]!.dy });
