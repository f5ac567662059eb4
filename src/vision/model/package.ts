import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { ModelRef } from "../../domain/unit-record.ts";
import { errorText } from "../../platform/errors.ts";
import { cardSchema, type ModelCard } from "./card.ts";
import { ModelError } from "./model-error.ts";

/** A package whose files are what its card says. The graph was hashed from the very bytes that are handed on. */
export interface ModelPackage<Card extends ModelCard = ModelCard> {
  readonly folder: string;
  readonly card: Card;
  readonly ref: ModelRef;
  readonly graph: Uint8Array;
}

export const cardFile = "card.json";
export const graphFile = "model.onnx";

/** SHA-256, hex. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * Reads a package and checks its card and the hash of every file.
 * @throws ModelError that names the file and what was expected of it.
 */
export async function readModelPackage(folder: string): Promise<ModelPackage> {
  const cardBytes = await readMember(folder, cardFile);
  const card = parseCard(folder, cardBytes);
  let graph: Uint8Array | undefined;
  for (const [file, expected] of Object.entries(card.files)) {
    const bytes = await readMember(folder, file);
    refuseChanged(folder, file, bytes, expected);
    if (file === graphFile) graph = bytes;
  }
  if (!graph) throw new ModelError(`Model package ${folder}: the card names no ${graphFile}. Teach it again.`);
  return { folder, card, ref: { id: `${card.name}@${card.version}`, hash: sha256(cardBytes) }, graph };
}

/** Only the card, without looking at what lies beside it. @throws ModelError */
export const readModelCard = async (folder: string): Promise<ModelCard> =>
  parseCard(folder, await readMember(folder, cardFile));

/** @throws ModelError when a file is not the one that the card was written with. */
function refuseChanged(folder: string, file: string, bytes: Uint8Array, expected: string): void {
  const actual = sha256(bytes);
  if (actual !== expected)
    throw new ModelError(
      `Model package ${folder}: ${file} was changed: its SHA-256 is ${actual}, the card says ${expected}. Restore the package from its source, or teach it again.`,
    );
}

/**
 * Reads a file of a package again.
 * @throws ModelError when the card does not name it, or it was changed since.
 */
export async function rereadMember({ folder, card }: ModelPackage, file: string): Promise<Uint8Array> {
  const expected = card.files[file];
  if (expected === undefined)
    throw new ModelError(`Model package ${folder}: ${file} is not among the card's files. Teach it again.`);
  const bytes = await readMember(folder, file);
  refuseChanged(folder, file, bytes, expected);
  return bytes;
}

function parseCard(folder: string, bytes: Uint8Array): ModelCard {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new ModelError(
      `Model package ${folder}: ${cardFile} is not JSON: ${errorText(error)}. Restore the package.`,
      {
        cause: error,
      },
    );
  }
  const parsed = cardSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ModelError(
    `Model package ${folder}: ${cardFile} is not a card that this program reads: ${z.prettifyError(parsed.error)}. Restore the package, or use the program version that wrote it.`,
  );
}

const readMember = (folder: string, file: string): Promise<Uint8Array> =>
  readFile(path.join(folder, file)).catch((error: unknown) => {
    throw new ModelError(
      `Model package ${folder}: ${file} cannot be read: ${errorText(error)}. Check the folder's name and that it is complete.`,
      { cause: error },
    );
  });
