import { existsSync } from "node:fs";
import { ConfigError } from "../config/config-error.ts";
import { loadRecipe, type RecipeFile } from "../config/load-recipe.ts";
import type { Config, StationConfig } from "../config/schema.ts";
import { recipeName } from "../domain/recipe.ts";
import type { InspectionSetup } from "../vision/messages.ts";
import type { StepDefinition } from "../vision/step.ts";
import type { discoverPlugins } from "./plugins.ts";
import { recipeFit } from "./recipe-fit.ts";
import { findRecipes } from "./recipes.ts";

type Steps = Pick<Awaited<ReturnType<typeof discoverPlugins>>, "steps" | "step">;

/** One recipe beside one station that would run it. */
export interface RecipeAtStation {
  readonly station: string;
  readonly recipe: RecipeFile;
  readonly setup: InspectionSetup;
  /** Cameras that both know. */
  readonly cameras: readonly string[];
  /** Models that loaded, by camera. */
  readonly models: Readonly<Record<string, readonly string[]>>;
  readonly problems: readonly string[];
  /** What works and a person should know all the same. */
  readonly notes: readonly string[];
}

/**
 * A recipe by its file or its name; a name without a version is its newest.
 * @throws ConfigError listing what is wrong with it.
 */
export function recipeFileOf(given: string, data: string, steps: readonly StepDefinition[]): RecipeFile {
  if (existsSync(given)) return loadRecipe(given, steps);
  if (given.endsWith(".yaml"))
    throw new ConfigError(given, ["is not there; correct the path, or give the recipe's name, e.g. SNACK-BAG"]);
  const all = findRecipes(given, data).map((file) => loadRecipe(file, steps));
  return all.reduce((best, next) => (next.recipe.version > best.recipe.version ? next : best));
}

/** Checks a recipe against every station that names it, or against all when none does: what it says, then what it opens. */
export async function checkRecipe(
  file: RecipeFile,
  config: Config,
  data: string,
  { steps, step }: Steps,
): Promise<readonly RecipeAtStation[]> {
  const { trySteps } = await import("../vision/model-tools/try-steps.ts");
  const naming = config.stations.filter((station) => names(station, file));
  const results: RecipeAtStation[] = [];
  for (const station of naming.length > 0 ? naming : config.stations) {
    const { setup, problems } = recipeFit(file.recipe, file.file, station, data, steps);
    const cameras = station.cameras.map(({ id }) => id).filter((id) => id in file.recipe.cameras);
    const tried = await Array.fromAsync(cameras, async (id) => [id, await trySteps(setup, id, step)] as const);
    results.push({
      station: station.id,
      recipe: file,
      setup,
      cameras,
      models: Object.fromEntries(tried.map(([id, { models }]) => [id, models])),
      notes: tried.flatMap(([, t]) => t.notes),
      problems: [...problems, ...tried.flatMap(([, t]) => t.problems)],
    });
  }
  return results;
}

const names = (station: StationConfig, { recipe }: RecipeFile): boolean =>
  [station.recipe, ...station.recipes].some((name) => name === recipe.id || name === recipeName(recipe));
