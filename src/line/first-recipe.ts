import { type Recipe, type RecipeChoice, type RecipeRef, recipeFor, recipeName, recipeText } from "../domain/recipe.ts";
import type { StationState } from "../projections/station-state.ts";

/** What a line begins to inspect with after a start. */
export interface FirstRecipe {
  readonly recipe: Recipe;
  /** Why it is this one, for the ledger. */
  readonly reason: string;
  /**
   * That of the context in force, which could not be loaded the last time, or was still loading: it is tried beside this
   * one, so that the station starts whatever becomes of it; no unit is inspected until it works.
   */
  readonly waiting?: Recipe;
  /** What was in force and cannot be run any more, with the reason and what to do. */
  readonly lost?: { readonly recipe: RecipeRef; readonly reason: string };
}

/**
 * That of the context in force; the station's own when the context chooses none that is there. A file that was changed under
 * its name is another recipe: nobody has chosen it.
 */
export function firstRecipe(
  { own, all }: RecipeChoice,
  { context, recipes: { active, failure } }: Pick<StationState, "context" | "recipes">,
): FirstRecipe {
  const found = recipeFor(all, own, context);
  const { recipeId } = context;
  const known = [active, failure?.recipe].filter((r) => r !== undefined);
  if ("problem" in found) {
    const gone = known.find((r) => r.id === recipeId || recipeName(r) === recipeId);
    const named = { id: recipeId, version: 0, hash: "" };
    return fallBack(own, gone ?? named, `the context in force cannot be inspected: ${found.problem}`);
  }
  const changed = known.find((r) => recipeName(r) === recipeName(found) && r.hash !== found.hash);
  if (!changed) {
    const reason = "the station started";
    const isRefused = failure !== undefined && failure.recipe.hash === found.hash && active?.hash !== found.hash;
    // Nothing has ever inspected by it here, so nobody knows that it loads. The configured one has to.
    const isNew = active !== undefined && active.hash !== found.hash && found.hash !== own.hash;
    if (!isRefused && !isNew) return { recipe: found, reason };
    return { recipe: [own, ...all].find(({ hash }) => hash === active?.hash) ?? own, reason, waiting: found };
  }
  const reason = `${recipeText(changed)} was changed under its name: its hash was ${changed.hash.slice(0, 12)}… and is ${found.hash.slice(0, 12)}…; save what is new as another version`;
  // The station's own is what the configuration says, whatever it says: there is nothing else to fall back on.
  return found.hash === own.hash ? { recipe: own, reason } : fallBack(own, changed, reason);
}

const fallBack = (own: Recipe, recipe: RecipeRef, reason: string): FirstRecipe => ({
  recipe: own,
  reason: `${reason}; ${recipeText(own)} inspects until another recipe is chosen`,
  lost: { recipe, reason },
});
