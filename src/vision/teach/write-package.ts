import { access, chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { cardSchema, type ModelCard } from "../model/card.ts";
import { cardFile } from "../model/package.ts";
import { TeachError } from "./teach-error.ts";

/** The lowest whole number above all versions of that name in the folder. */
export async function nextVersion(out: string, name: string): Promise<number> {
  await mkdir(out, { recursive: true });
  const versions = (await readdir(out)).flatMap((entry) => {
    const at = entry.lastIndexOf("@");
    return entry.slice(0, at) === name ? [Number(entry.slice(at + 1))] : [];
  });
  return Math.max(0, ...versions.filter(Number.isInteger)) + 1;
}

/**
 * Writes a package whole or not at all: into a folder beside its place, then renamed. A released version never changes.
 * @returns the folder
 * @throws TeachError when the version exists already or the card does not fit its own schema (e.g. the name).
 */
export async function writePackage(
  out: string,
  card: ModelCard,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<string> {
  const checked = cardSchema.safeParse(card);
  if (!checked.success) throw new TeachError(`The package cannot be written: ${z.prettifyError(checked.error)}.`);
  const folder = path.join(out, `${card.name}@${card.version}`);
  await mkdir(out, { recursive: true });
  if (await exists(folder))
    throw new TeachError(
      `${folder} exists already, and a version never changes. Leave the version out to get the next one.`,
    );
  const temporary = await mkdtemp(path.join(out, ".teach-"));
  try {
    for (const [file, bytes] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(temporary, file)), { recursive: true });
      await writeFile(path.join(temporary, file), bytes, { flush: true });
    }
    await writeFile(path.join(temporary, cardFile), `${JSON.stringify(card, undefined, 2)}\n`, { flush: true });
    // A temporary folder is private; a package is read by the service's own user.
    await chmod(temporary, 0o755);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
