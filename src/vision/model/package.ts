import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { ModelRef } from "../../domain/unit-record.ts";
import { errorText } from "../../platform/errors.ts";
import { type AnomalyModel, openAnomalyModel } from "./anomaly-model.ts";
import { cardSchema, type ModelCard } from "./card.ts";
import { checkGolden, type GoldenSample } from "./golden.ts";
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
  /** To be run again whenever it is in doubt whether it still does. */
  readonly golden: readonly GoldenSample[];
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
  const golden = goldenOf(modelPackage, model);
  try {
    await checkGolden(folder, golden);
  } catch (error) {
    await model[Symbol.asyncDispose]();
    throw error;
  }
  return { ...modelPackage, model, golden, [Symbol.asyncDispose]: () => model[Symbol.asyncDispose]() };
}

/** The golden samples of an opened package. */
export const goldenOf = ({ folder, card, ref }: ModelPackage, model: AnomalyModel): readonly GoldenSample[] =>
  card.golden.map(({ file, score, presence, tolerance }) => ({
    model: ref.id,
    file,
    async run() {
      const expectedHash = card.files[file];
      if (expectedHash === undefined)
        throw new ModelError(
          `Model package ${folder}: golden sample ${file} is not among the card's files. Teach it again.`,
        );
      refuseChanged(folder, file, await readMember(folder, file), expectedHash);
      const actual = await model.inspect(await readPicture(path.join(folder, file), card.input.channels));
      return [
        { what: "score", expected: score, actual: actual.score, tolerance },
        { what: "presence", expected: presence, actual: actual.presence, tolerance },
      ];
    },
  }));

function refuseChanged(folder: string, file: string, bytes: Uint8Array, expected: string): void {
  const actual = sha256(bytes);
  if (actual !== expected)
    throw new ModelError(
      `Model package ${folder}: ${file} was changed: its SHA-256 is ${actual}, the card says ${expected}. Restore the package from its source, or teach it again.`,
    );
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
