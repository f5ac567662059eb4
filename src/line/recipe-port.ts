import type { LoadedRecipe, RecipeRef } from "../domain/recipe.ts";

/** What the steps of a recipe loaded. */
export type Loaded = Pick<LoadedRecipe, "models" | "files">;

/** How the line has recipes made ready and taken into use; it decides when, whoever runs the vision processes how. */
export interface RecipePort {
  /**
   * Loads it beside what runs. Resolves with `undefined` when it can take over at the next unit, or with why it cannot
   * (for a person). A newer call gives up an older one; one of the empty id means the station's own model without a recipe.
   */
  prepare(recipe: RecipeRef): Promise<string | undefined>;
  /**
   * From the next `look()` on it inspects. Only after `prepare` said yes, or for what runs already. Whatever else was
   * prepared is given up. `fallback`: should it not prove itself, what inspected before may take its place back.
   */
  activate(recipe: RecipeRef, change: { readonly fallback: boolean }): void;
  /** Nobody waits any more for what `prepare` was last asked for; what inspects goes on. */
  giveUp(): void;
  /** What its steps loaded, for the ledger; known from the yes of `prepare` on. */
  loaded(recipe: RecipeRef): Loaded;
}
