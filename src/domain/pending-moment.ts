import { type RecipeRef, recipeText } from "./recipe.ts";

/** What an accepted context waits for. */
export type PendingMoment =
  /** The unit of this trigger id. */
  | { readonly triggerId: number }
  /** The PLC's word that the next unit is the first of another lot. */
  | { readonly lotMarker: true }
  /** The first unit after no unit came for so long. */
  | { readonly gapSeconds: number }
  /** Its recipe, which has to be loaded first. */
  | { readonly recipe: RecipeRef };

/** For people: `at trigger 77`, `at the lot marker`, `after a gap of 5 s`, `when recipe SNACK-BAG@2 is loaded`. */
export function momentText(moment: PendingMoment): string {
  if ("triggerId" in moment) return `at trigger ${moment.triggerId}`;
  if ("gapSeconds" in moment) return `after a gap of ${moment.gapSeconds} s`;
  return "recipe" in moment ? `when recipe ${recipeText(moment.recipe)} is loaded` : "at the lot marker";
}
