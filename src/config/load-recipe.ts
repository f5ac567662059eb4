import { createHash } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { type Recipe, recipeName } from "../domain/recipe.ts";
import { ConfigError } from "./config-error.ts";
import { parseYaml, readBytes, textOf } from "./read-yaml.ts";
import { recipeSchema, type StepPlugin } from "./recipe-schema.ts";
import { sentences } from "./sentences.ts";

/** A recipe with the file that it was read from. */
export interface RecipeFile {
  readonly recipe: Recipe;
  readonly file: string;
  /** As it stands in the file: what GetRecipe answers, and what the hash is of. */
  readonly text: string;
}

/** @throws {ConfigError} listing every problem with its path. */
export function loadRecipe(file: string, steps: readonly StepPlugin[]): RecipeFile {
  const bytes = readBytes(file, "check the recipe's name");
  const text = textOf(file, bytes);
  const raw = parseYaml(file, text);
  const parsed = recipeSchema(steps).safeParse(raw);
  if (!parsed.success) {
    const problems = raw == null ? ["the file is empty"] : parsed.error.issues.flatMap((i) => sentences(i, [], raw));
    throw new ConfigError(file, problems);
  }
  const recipe = { ...parsed.data, hash: createHash("sha256").update(bytes).digest("hex") };
  const name = path.basename(file, ".yaml");
  if (name !== recipeName(recipe))
    throw new ConfigError(file, [`says that it is ${recipeName(recipe)}: name the file ${recipeName(recipe)}.yaml`]);
  return { recipe, file, text };
}

/** For editors: `# yaml-language-server: $schema=…`. */
export const recipeJsonSchema = (steps: readonly StepPlugin[]): unknown =>
  z.toJSONSchema(recipeSchema(steps), { io: "input", unrepresentable: "any" });
