import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Head } from "./ledger.ts";
import { replaceFile } from "./replace-file.ts";

const fileIn = (folder: string): string => join(folder, "anchor.json");

/**
 * Notes the head beside the ledger after a commit, so that a ledger whose end was lost or cut does not pass for whole. It
 * may lag behind after a crash, never run ahead: the entries are on disk before it is written.
 */
export const writeAnchor = (folder: string, { ledgerId, offset, hash }: Head): void =>
  replaceFile(fileIn(folder), `${JSON.stringify({ ledgerId, offset, hash })}\n`, false);

/** The head that was last noted; `undefined` when the file is missing or, after a power cut, not whole. */
export function readAnchor(folder: string): Head | undefined {
  let text: string;
  try {
    text = readFileSync(fileIn(folder), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { ledgerId, offset, hash } = JSON.parse(text) as Record<string, unknown>;
    return typeof ledgerId === "string" && Number.isSafeInteger(offset) && typeof hash === "string"
      ? { ledgerId, offset: offset as number, hash }
      : undefined;
  } catch {
    return undefined;
  }
}
