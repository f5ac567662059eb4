import path from "node:path";
import type { StepPlugin } from "../config/recipe-schema.ts";
import type { StationConfig } from "../config/schema.ts";
import type { Recipe } from "../domain/recipe.ts";
import { errorText } from "../platform/errors.ts";
import type { InspectionSetup } from "../vision/messages.ts";
import { findModel } from "./paths.ts";

/** A recipe beside a station. */
export interface RecipeFit {
  /** What the vision process needs to run it; lacks the models that are missing. */
  readonly setup: InspectionSetup;
  /** Everything that does not fit, with what to do; empty when it can run. */
  readonly problems: readonly string[];
}

/** Compares a recipe with a station's cameras, its catalogue and the model packages that are there. */
export function recipeFit(
  recipe: Recipe,
  file: string,
  station: StationConfig,
  data: string,
  steps: readonly StepPlugin[],
): RecipeFit {
  const problems: string[] = [];
  for (const { id } of station.cameras)
    if (!recipe.cameras[id]) problems.push(`cameras.${id}: is missing: the station has this camera`);
  for (const id of Object.keys(recipe.cameras))
    if (!station.cameras.some((c) => c.id === id)) problems.push(`cameras.${id}: the station has no such camera`);
  for (const name of classesOf(recipe, steps))
    if (!station.defectClasses.includes(name))
      problems.push(
        `class ${name}: is not in the station's defectClasses; add it there (the catalogue is append-only)`,
      );
  const modelFolders: Record<string, string> = {};
  for (const name of modelsOf(recipe, steps))
    try {
      modelFolders[name] = findModel(name, data);
    } catch (error) {
      problems.push(errorText(error));
    }
  return { setup: { recipe, recipeFolder: path.dirname(file), modelFolders }, problems };
}

/** Every class that the recipe speaks of or that one of its steps can report. */
const classesOf = (recipe: Recipe, steps: readonly StepPlugin[]): ReadonlySet<string> =>
  new Set([
    ...Object.keys(recipe.classes),
    ...Object.values(recipe.cameras).flatMap((camera) =>
      camera.steps.flatMap(
        ({ step, options }) => steps.find((s) => s.type === step)?.classes?.(options as never) ?? [],
      ),
    ),
  ]);

/** Every model package that the recipe names. */
const modelsOf = (recipe: Recipe, steps: readonly StepPlugin[]): ReadonlySet<string> =>
  new Set(
    Object.values(recipe.cameras).flatMap(({ baseline, steps: given }) => [
      ...(baseline === undefined ? [] : [baseline]),
      ...given.flatMap(({ step, options }) => steps.find((s) => s.type === step)?.models?.(options as never) ?? []),
    ]),
  );
