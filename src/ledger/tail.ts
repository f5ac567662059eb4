import type { DatabaseSync } from "node:sqlite";
import { entryVersion, type LedgerEntry } from "../domain/ledger-entry.ts";
import { chainHash } from "./chain.ts";
import type { Head } from "./ledger.ts";
import { LedgerError, mendAdvice } from "./ledger-error.ts";
import type { OpenSegment } from "./segment.ts";

/** Where a segment ends: its last entry, or where it starts while it is empty. */
export function headOf({ db, meta }: OpenSegment): Head {
  const last = db.prepare("SELECT offset, hash FROM entry ORDER BY offset DESC LIMIT 1").get();
  return last
    ? { ledgerId: meta.ledgerId, offset: Number(last["offset"]), hash: hex(last["hash"]) }
    : { ledgerId: meta.ledgerId, offset: meta.firstOffset - 1, hash: meta.previousHash };
}

/** A BLOB column as hex. */
export const hex = (blob: unknown): string => Buffer.from(blob as Uint8Array).toString("hex");

/** Hash at an offset of this segment, hex; also that of the entry before its first. */
export function hashAt({ db, meta }: OpenSegment, offset: number): string | undefined {
  if (offset === meta.firstOffset - 1) return meta.previousHash;
  const row = db.prepare("SELECT hash FROM entry WHERE offset = ?").get(offset);
  return row && hex(row["hash"]);
}

const tailLength = 64;

/**
 * Recomputes the last entries of a segment: what a start can afford whatever the size of the ledger.
 * @returns the last `committedAt`, if there is an entry
 */
export function checkTail(segment: OpenSegment, file: string): number | undefined {
  const rows = tailRows(segment.db);
  const first = rows[0];
  if (!first) return undefined;
  let previous = hashAt(segment, Number(first["offset"]) - 1);
  let committedAt: number | undefined;
  for (const row of rows) {
    const offset = Number(row["offset"]);
    const text = String(row["text"]);
    if (previous === undefined || chainHash(Buffer.from(previous, "hex"), text).toString("hex") !== hex(row["hash"]))
      throw new LedgerError("LEDGER_CORRUPT", `${file}: entry ${offset} is not what was written; ${mendAdvice}`);
    const entry = JSON.parse(text) as LedgerEntry;
    if (entry.v > entryVersion)
      throw new LedgerError(
        "LEDGER_NEWER",
        `${file}: entry ${offset} has version ${entry.v}, this program knows versions up to ${entryVersion}; install the version of Tallyline that wrote it, or a newer one`,
      );
    previous = hex(row["hash"]);
    committedAt = entry.committedAt;
  }
  return committedAt;
}

const tailRows = (db: DatabaseSync) =>
  db.prepare("SELECT offset, text, hash FROM entry ORDER BY offset DESC LIMIT ?").all(tailLength).reverse();
