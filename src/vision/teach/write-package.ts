import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { cardSchema, type ModelCard, packageName } from "../model/card.ts";
import { cardFile } from "../model/package.ts";
import { TeachError } from "./teach-error.ts";

/** Where a package is to go. */
interface Place {
  readonly out: string;
  readonly name: string;
  readonly version?: number;
}

/**
 * The wanted version, or the next whole number above all versions of that name in the folder.
 * @throws TeachError when the name cannot be one, or the version exists already: a released version never changes.
 */
export async function freeVersion({ out, name, version }: Place): Promise<number> {
  const checked = packageName.safeParse(name);
  if (!checked.success)
    throw new TeachError(`"${name}" cannot be the name of a model: ${checked.error.issues[0]!.message}.`);
  await mkdir(out, { recursive: true });
  const versions = (await readdir(out)).flatMap((entry) => {
    const at = entry.lastIndexOf("@");
    return entry.slice(0, at) === name ? [Number(entry.slice(at + 1))] : [];
  });
  if (version !== undefined && versions.includes(version))
    throw new TeachError(
      `${path.join(out, `${name}@${version}`)} exists already, and a version never changes. Leave the version out to get the next one.`,
    );
  return version ?? Math.max(0, ...versions.filter(Number.isInteger)) + 1;
}

/**
 * Writes a package whole or not at all: into a folder beside its place, then renamed; never over one that is there.
 * @returns the folder
 * @throws TeachError when the card does not fit its own schema (e.g. the name).
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
