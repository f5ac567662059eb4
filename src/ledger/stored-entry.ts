import type { LedgerEntry } from "../domain/ledger-entry.ts";
import { upcast } from "../domain/upcast.ts";
import { LedgerError, mendAdvice } from "./ledger-error.ts";

/**
 * The entry at a place, in the newest shape.
 * @param file for the message
 * @throws LedgerError when the text is not the entry of that place, or was written by a newer program
 */
export function storedEntry(file: string, offset: number, text: string): LedgerEntry {
  let raw: { readonly v: number; readonly offset?: unknown };
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new LedgerError("LEDGER_CORRUPT", `${file}: entry ${offset} cannot be read; ${mendAdvice}`, cause);
  }
  if (raw.offset !== offset)
    throw new LedgerError("LEDGER_CORRUPT", `${file}: entry ${offset} is missing or not itself; ${mendAdvice}`);
  try {
    return upcast(raw);
  } catch (cause) {
    throw new LedgerError(
      "LEDGER_NEWER",
      `${file}: entry ${offset} was written by a newer program; install that version of Tallyline, or a newer one`,
      cause,
    );
  }
}
