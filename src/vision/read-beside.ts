import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { errorText } from "../platform/errors.ts";
import { RecipeError } from "./recipe-error.ts";

/** A picture of 16384 × 16384 px fits many times over, compressed. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Reads a file that lies beside a recipe: there and nowhere else, so that a recipe from elsewhere reads nothing that is
 * none of its business.
 * @throws RecipeError for a path, what is no regular file, what is too large, and what cannot be read
 */
export async function readBeside(folder: string, name: string): Promise<Uint8Array> {
  if (/[/\\]/.test(name) || name === "." || name === "..")
    throw new RecipeError(
      `"${name}" is no plain file name. Put the file beside the recipe and name it without a folder.`,
    );
  const file = path.join(folder, name);
  try {
    // Before it is opened: opening a pipe waits for whoever writes to it.
    const { size, isRegular } = await stat(file).then((s) => ({ size: s.size, isRegular: s.isFile() }));
    if (!isRegular) throw new RecipeError(`${file} is no regular file. Put the file itself beside the recipe.`);
    if (size > maxBytes)
      throw new RecipeError(
        `${file} has ${size} bytes, at most ${maxBytes} are read. Put a smaller picture beside the recipe.`,
      );
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof RecipeError) throw cause;
    throw new RecipeError(`${file} cannot be read: ${errorText(cause)}. Put it beside the recipe.`, { cause });
  }
}
