import type { LedgerEntry, RecipeBody } from "../domain/ledger-entry.ts";
import type { RecipeRef } from "../domain/recipe.ts";
import type { ModelRef } from "../domain/unit-record.ts";

/** What the ledger says of a station's recipes. */
export interface RecipeState {
  /** What inspects; absent while nothing was ever said. */
  readonly active: RecipeRef | undefined;
  /** What a rollback leads to; absent when nothing ran before, or it was just rolled back. */
  readonly previous: RecipeRef | undefined;
  readonly models: readonly ModelRef[];
  /** UTC ms; 0 = never. */
  readonly since: number;
  /** The newest recipe that could not be taken into use or did not prove itself; until another context or recipe is in force. */
  readonly failure: { readonly recipe: RecipeRef; readonly reason: string; readonly rolledBack: boolean } | undefined;
}
export const noRecipes: RecipeState = {
  active: undefined,
  previous: undefined,
  models: [],
  since: 0,
  failure: undefined,
};

/** After one more entry about a recipe. */
export function foldRecipe(
  recipes: RecipeState,
  { event, recipe, previous, models, reason }: RecipeBody,
  { time }: LedgerEntry,
): RecipeState {
  if (event === "refused") return { ...recipes, failure: { recipe, reason, rolledBack: false } };
  const isRollback = event === "rolledBack";
  // Rolled back without a reason: somebody wanted it so, and nothing is wrong.
  const failure = isRollback && reason !== "" && previous ? { recipe: previous, reason, rolledBack: true } : undefined;
  // Loaded once more: what ran before it is still what it was.
  const before = previous?.hash === recipe.hash ? recipes.previous : previous;
  return { active: recipe, previous: isRollback ? undefined : before, models, since: time, failure };
}

/** After one more context: whoever set it has seen what failed. */
export const withoutFailure = (recipes: RecipeState): RecipeState =>
  recipes.failure ? { ...recipes, failure: undefined } : recipes;
