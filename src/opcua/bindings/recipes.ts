import { recipesVariables } from "../../../nodeset/recipes.ts";
import { recipeName, recipeText } from "../../domain/recipe.ts";
import { group } from "../binding.ts";
import { maximumText } from "../events/plain-value.ts";
import { type StationSnapshot, timeOf } from "../snapshot.ts";

const cut = (text: string): string => text.slice(0, maximumText);

/** Names, as many as fit. */
const listed = (names: readonly string[]): string =>
  names.reduce((list, name) => {
    const longer = list === "" ? name : `${list},${name}`;
    return longer.length > maximumText ? list : longer;
  }, "");

/** The first that applies: what keeps units from being inspected, what goes on, what went wrong, what inspects. */
function statusOf({ state, vitals }: StationSnapshot): string | undefined {
  const { active, failure } = state.recipes;
  if (!active) return undefined;
  const inspects = `${recipeText(active)} inspects`;
  if (vitals && vitals.recipeTrouble !== "") return vitals.recipeTrouble;
  if (vitals && vitals.recipeLoading !== "") return `recipe ${vitals.recipeLoading} is loading; ${inspects} until then`;
  return failure ? `${inspects}; ${recipeText(failure.recipe)}: ${failure.reason}` : inspects;
}

export const recipesGroup = group("Recipes", recipesVariables, {
  on: { recipe: "changed", context: "changed", vitals: "changed" },
  at: timeOf,
  values: {
    ActiveRecipeId: ({ state }) => state.recipes.active?.id,
    ActiveRecipeVersion: ({ state }) => state.recipes.active?.version,
    ActiveRecipeHash: ({ state }) => state.recipes.active?.hash,
    ActiveSince: ({ state }) => state.recipes.since || undefined,
    PreviousRecipe: ({ state }) => (state.recipes.previous ? recipeName(state.recipes.previous) : ""),
    AvailableRecipes: ({ setup }) => listed(setup.recipeFiles.map(({ name }) => name)),
    LoadingRecipe: ({ vitals }) => vitals?.recipeLoading,
    Status: (s) => {
      const status = statusOf(s);
      return status === undefined ? undefined : cut(status);
    },
  },
});
