import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { ModelRef } from "../../domain/unit-record.ts";
import { errorText } from "../../platform/errors.ts";
import { type AnomalyModel, openAnomalyModel } from "./anomaly-model.ts";
import { cardSchema, type ModelCard } from "./card.ts";
import { ModelError } from "./model-error.ts";
import { readPicture } from "./read-picture.ts";

/** A package whose files are what its card says. The graph was hashed from the very bytes that are handed on. */
export interface ModelPackage {
  readonly folder: string;
  readonly card: ModelCard;
  readonly ref: ModelRef;
  readonly graph: Uint8Array;
}

/** A package that also computes what it must on this machine. */
export interface LoadedModel extends ModelPackage, AsyncDisposable {
  readonly model: AnomalyModel;
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
    const actual = sha256(bytes);
    if (actual !== expected)
      throw new ModelError(
        `Model package ${folder}: ${file} was changed: its SHA-256 is ${actual}, the card says ${expected}. Restore the package from its source, or teach it again.`,
      );
    if (file === graphFile) graph = bytes;
  }
  if (!graph) throw new ModelError(`Model package ${folder}: the card names no ${graphFile}. Teach it again.`);
  return { folder, card, ref: { id: `${card.name}@${card.version}`, hash: sha256(cardBytes) }, graph };
}

/** Only the card, without looking at what lies beside it. @throws ModelError */
export const readModelCard = async (folder: string): Promise<ModelCard> =>
  parseCard(folder, await readMember(folder, cardFile));

/**
 * Reads a package, opens its graph and runs its golden samples, which also warms the session up.
 * @throws ModelError with the file or golden sample at fault, what was expected and what came.
 */
export async function loadModelPackage(folder: string): Promise<LoadedModel> {
  const modelPackage = await readModelPackage(folder);
  const model = await openAnomalyModel(modelPackage.graph).catch((error: unknown) => {
    throw new ModelError(
      `Model package ${folder}: ${graphFile} cannot be opened: ${errorText(error)}. Teach it again.`,
      {
        cause: error,
      },
    );
  });
  try {
    await checkGolden(modelPackage, model);
  } catch (error) {
    await model[Symbol.asyncDispose]();
    throw error;
  }
  return { ...modelPackage, model, [Symbol.asyncDispose]: () => model[Symbol.asyncDispose]() };
}

async function checkGolden({ folder, card }: ModelPackage, model: AnomalyModel): Promise<void> {
  for (const { file, score, presence, tolerance } of card.golden) {
    if (!(file in card.files))
      throw new ModelError(
        `Model package ${folder}: golden sample ${file} is not among the card's files. Teach it again.`,
      );
    const actual = await model.inspect(await readPicture(path.join(folder, file), card.input.channels));
    // Written so that NaN is refused too.
    for (const [what, expected, got] of [
      ["score", score, actual.score],
      ["presence", presence, actual.presence],
    ] as const)
      if (!(Math.abs(got - expected) <= tolerance))
        throw new ModelError(
          `Model package ${folder}: golden sample ${file} gives ${what} ${got.toFixed(4)}, the card says ${expected} ± ${tolerance}. ` +
            "The package does not compute here what it was taught to; teach it again on this machine.",
        );
  }
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
