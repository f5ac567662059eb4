import { readdir } from "node:fs/promises";
import { AppError } from "./errors.ts";

/** A plug-in file does not fit its contract; the message names the file. */
export class DefinitionError extends AppError {
  readonly code = "DEFINITION_INVALID";
}

/** What every kind of plug-in has in common. */
interface Definition {
  readonly type: string;
  readonly summary: string;
}

/**
 * Loads every definition in a folder (not its subfolders, which hold the parts of a plug-in): one file, one default
 * export with a unique `type`. Adding a camera, trigger or step is adding its file. A file that does not fit stops the
 * start (and the test suite) and is named.
 *
 * @param contract the file of the folder that states the contract, e.g. `camera.ts`; left out where it lies elsewhere
 * @throws {DefinitionError}
 */
export async function discover<D extends Definition>(folder: URL, contract = ""): Promise<ReadonlyMap<string, D>> {
  const found = new Map<string, D>();
  for (const file of (await readdir(folder)).filter((f) => f.endsWith(".ts") && f !== contract).sort()) {
    const { default: definition } = (await import(new URL(file, folder).href)) as { default?: Partial<D> };
    if (typeof definition?.type !== "string" || typeof definition.summary !== "string")
      throw new DefinitionError(
        `${file}: no default export with a "type" and a "summary"${contract && `; see ${contract}`}`,
      );
    if (found.has(definition.type))
      throw new DefinitionError(`${file}: type "${definition.type}" is already taken; give it a name of its own`);
    found.set(definition.type, definition as D);
  }
  return found;
}
