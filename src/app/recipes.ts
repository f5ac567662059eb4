import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { ConfigError } from "../config/config-error.ts";
import { loadRecipe, type RecipeFile } from "../config/load-recipe.ts";
import type { StepPlugin } from "../config/recipe-schema.ts";
import type { StationConfig } from "../config/schema.ts";
import { type Recipe, recipeName } from "../domain/recipe.ts";
import { AppError } from "../platform/errors.ts";
import type { InspectionSetup } from "../vision/messages.ts";
import { bareInspection } from "./bare-inspection.ts";
import { dataPaths, findModel, shippedRecipes } from "./paths.ts";
import { recipeFit } from "./recipe-fit.ts";

/** What one station can run. */
export interface StationRecipes {
  /** What it runs when the context names none. */
  readonly own: Recipe;
  /** Everything that a context may choose, `own` among it unless it is no recipe but a bare model. */
  readonly all: readonly Recipe[];
  /** The file's text; "" for a bare model. */
  text(recipe: Recipe): string;
  /** What the vision process needs to run it. */
  setup(recipe: Recipe): InspectionSetup;
}

/** A recipe does not fit the station; the message lists why and what to do. */
export class RecipeUnfitError extends AppError {
  readonly code = "RECIPE_UNFIT";
}

/**
 * Reads the recipes that a station's configuration names, and checks each against its cameras, its catalogue and the
 * model packages that are there.
 * @throws AppError naming file, place and remedy.
 */
export function stationRecipes(config: StationConfig, data: string, steps: readonly StepPlugin[]): StationRecipes {
  const names = [...new Set([...(config.recipe === undefined ? [] : [config.recipe]), ...config.recipes])];
  const files = names.flatMap((name) => findRecipes(name, data).map((file) => loadRecipe(file, steps)));
  const byName = new Map<string, RecipeFile>(files.map((f) => [recipeName(f.recipe), f]));
  const setups = new Map<string, InspectionSetup>();
  for (const { recipe, file } of byName.values()) setups.set(recipe.hash, fitted(recipe, file, config, data, steps));
  const all = [...byName.values()].map((f) => f.recipe);
  const named = all.filter((r) => isNamed(r, config.recipe ?? ""));
  const bare = config.model === undefined ? undefined : bareOf(config, config.model, data);
  const own = bare?.recipe ?? newest(named);
  if (bare) setups.set(own.hash, bare);
  return {
    own,
    all,
    text: (recipe) => byName.get(recipeName(recipe))?.text ?? "",
    setup: (recipe) => setups.get(recipe.hash)!,
  };
}

const isNamed = (recipe: Recipe, name: string): boolean => recipe.id === name || recipeName(recipe) === name;
const newest = (list: readonly Recipe[]): Recipe => list.reduce((a, b) => (b.version > a.version ? b : a));

/** `ID` = every version of it, `ID@2` = that one. @throws ConfigError when there is none. */
export function findRecipes(name: string, data: string): readonly string[] {
  const folders = [dataPaths(data).recipes, shippedRecipes];
  const found = new Map<string, string>();
  for (const folder of folders.filter((f) => existsSync(f)))
    for (const file of readdirSync(folder).sort())
      if ((file === `${name}.yaml` || (file.startsWith(`${name}@`) && file.endsWith(".yaml"))) && !found.has(file))
        found.set(file, path.join(folder, file));
  if (found.size === 0)
    throw new ConfigError(`recipe ${name}`, [
      `neither ${folders.map((f) => path.join(f, `${name.includes("@") ? name : `${name}@1`}.yaml`)).join(" nor ")} is there; write it, or correct "recipe" and "recipes" in the configuration`,
    ]);
  return [...found.values()];
}

/** @throws RecipeUnfitError listing everything that does not fit. */
function fitted(
  recipe: Recipe,
  file: string,
  config: StationConfig,
  data: string,
  steps: readonly StepPlugin[],
): InspectionSetup {
  const { setup, problems } = recipeFit(recipe, file, config, data, steps);
  if (problems.length > 0)
    throw new RecipeUnfitError(
      `${file} does not fit station ${config.id}:\n${problems.map((p) => `  - ${p}`).join("\n")}`,
    );
  return setup;
}

const bareOf = ({ cameras, threshold }: StationConfig, model: string, data: string): InspectionSetup =>
  bareInspection(
    cameras.map(({ id }) => id),
    model,
    findModel(model, data),
    threshold,
  );
