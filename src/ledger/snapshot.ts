import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Head } from "./ledger.ts";
import { LedgerError } from "./ledger-error.ts";
import { replaceFile } from "./replace-file.ts";

const snapshotFormat = 1;
const namePattern = /^[a-z0-9@._-]{1,64}$/;

/** @throws LedgerError when the name cannot be part of a file name */
export function snapshotFile(folder: string, name: string): string {
  if (!namePattern.test(name))
    throw new LedgerError("LEDGER_ENTRY", `"${name}" cannot name a snapshot; use a-z, 0-9, "@", ".", "_" and "-"`);
  return join(folder, `snapshot-${name}.json`);
}

/** Replaces a snapshot. @param at the ledger at the offset that it was taken at @param state JSON text */
export function writeSnapshot(folder: string, name: string, { ledgerId, offset, hash }: Head, state: string): void {
  const origin = JSON.stringify({ format: snapshotFormat, ledgerId, offset, hash });
  replaceFile(snapshotFile(folder, name), `${origin.slice(0, -1)},"state":${state}}\n`, true);
}

/** A snapshot as it lies on disk; `undefined` when there is none that can be read. Whether it fits is the caller's question. */
export function readSnapshot(folder: string, name: string): { readonly at: Head; readonly state: unknown } | undefined {
  const file = snapshotFile(folder, name);
  try {
    const { format, ledgerId, offset, hash, state } = JSON.parse(readFileSync(file, "utf8"));
    return format === snapshotFormat ? { at: { ledgerId, offset, hash }, state } : undefined;
  } catch {
    // Missing, unreadable or half: a snapshot is only ever a short cut, the entries are the truth.
    return undefined;
  }
}
