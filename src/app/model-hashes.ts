import path from "node:path";
import { type LoadedRecipe, recipeName } from "../domain/recipe.ts";
import type { InspectionSetup } from "../vision/messages.ts";

/**
 * Holds every model, and every file beside a recipe, to what it was when it was first loaded: a name and version is one
 * model, and one recipe, for ever.
 */
export interface ModelHashes {
  /** Why what was loaded is not what it was, naming the file; undefined when it is. */
  changed(inspection: InspectionSetup, loaded: Pick<LoadedRecipe, "models" | "files">): string | undefined;
}

export function createModelHashes(): ModelHashes {
  const known = new Map<string, string>();
  /** Recipe's hash → hashes of its files. */
  const knownFiles = new Map<string, Readonly<Record<string, string>>>();
  return {
    changed({ modelFolders, recipe, recipeFolder }, { models, files = {} }) {
      const other = models.find(({ id, hash }) => hash !== (known.get(id) ?? hash));
      if (other) {
        const file = path.join(modelFolders[other.id] ?? other.id, "card.json");
        return `${file} has changed since ${other.id} was first loaded (SHA-256 ${other.hash.slice(0, 12)}…, was ${known.get(other.id)!.slice(0, 12)}…): a changed model needs another version; restore it, or raise the version and name it in a new recipe`;
      }
      const own = knownFiles.get(recipe.hash) ?? files;
      const file = Object.keys(files).find((name) => Object.hasOwn(own, name) && own[name] !== files[name]);
      if (file !== undefined)
        return `${path.join(recipeFolder, file)} has changed since ${recipeName(recipe)} was first loaded (SHA-256 ${files[file]!.slice(0, 12)}…, was ${own[file]!.slice(0, 12)}…): it would inspect otherwise under the same name; restore the file, or give the new one another name and name it in a new version of the recipe`;
      for (const { id, hash } of models) known.set(id, hash);
      knownFiles.set(recipe.hash, own);
      return undefined;
    },
  };
}
