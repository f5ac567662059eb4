import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { LedgerError, ledgerError } from "./ledger-error.ts";
import { syncFolder } from "./replace-file.ts";
import { checkedMeta, createSchema, type SegmentMeta } from "./schema.ts";

const namePattern = /^ledger-\d{4}-\d{2}\.sqlite$/;

/** How long a statement waits for a lock that another program holds, ms. */
const lockWaitMs = 5_000;

/** UTC month of a time (UTC ms): `2026-11`. */
export const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7);

/** First UTC ms of a month. */
export const startOfMonth = (month: string): number => Date.parse(`${month}-01T00:00:00Z`);

/** First UTC ms after a month. */
export const endOfMonth = (month: string): number => {
  const start = new Date(startOfMonth(month));
  return start.setUTCMonth(start.getUTCMonth() + 1);
};

/** Name of the segment that holds a month. */
export const segmentName = (month: string): string => `ledger-${month}.sqlite`;

/** Names of the segment files in a folder, oldest first. */
export function listSegments(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => namePattern.test(name))
      .sort();
  } catch (error) {
    throw ledgerError(error, folder);
  }
}

/** Makes the folder if it is not there. */
export function ensureFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw ledgerError(error, folder);
  }
}

/** One open segment. `meta` is checked. */
export interface OpenSegment {
  readonly name: string;
  readonly db: DatabaseSync;
  readonly meta: SegmentMeta;
}

/** Makes a segment under a passing name and then gives it its own: no reader ever sees half a segment. */
export function createSegment(folder: string, meta: SegmentMeta): void {
  const name = segmentName(meta.month);
  const part = join(folder, `${name}.part`);
  try {
    for (const leftover of [part, `${part}-journal`, `${part}-wal`, `${part}-shm`]) rmSync(leftover, { force: true });
    const db = new DatabaseSync(part, { timeout: lockWaitMs });
    try {
      db.exec("PRAGMA synchronous = FULL");
      createSchema(db, meta);
      db.exec("PRAGMA journal_mode = WAL");
    } finally {
      db.close();
    }
    if (existsSync(join(folder, name)))
      throw new LedgerError(
        "LEDGER_CONFLICT",
        `${name} is already there: another program writes into the same ledger; run only one per data folder`,
      );
    renameSync(part, join(folder, name));
    syncFolder(folder);
  } catch (error) {
    throw ledgerError(error, join(folder, name));
  }
}

/** Opens a segment for appending: WAL, and each commit is on the disk before it returns. */
export function openSegmentToWrite(folder: string, name: string): OpenSegment {
  const file = join(folder, name);
  return opened(file, name, () => {
    const db = new DatabaseSync(file, { timeout: lockWaitMs });
    // The WAL goes back to 16 MB after a reader kept it from being reused.
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216");
    // SQLite opens what it may not write read-only, without a word: ask now, not at the first unit.
    db.exec("BEGIN IMMEDIATE; ROLLBACK");
    return db;
  });
}

/** Opens a segment for reading, while it is written or at rest, also on a medium that cannot be written. */
export function openSegmentToRead(folder: string, name: string): OpenSegment {
  const file = join(folder, name);
  return opened(file, name, () => {
    const db = new DatabaseSync(file, { readOnly: true, timeout: lockWaitMs });
    try {
      db.prepare("SELECT 1 FROM sqlite_schema").get();
      return db;
    } catch (error) {
      db.close();
      // A WAL file needs a place for its index. At rest there is no WAL, so nothing changes under an immutable view.
      const atRest = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
      const { code } = ledgerError(error, file);
      if (!atRest || (code !== "LEDGER_IO" && code !== "LEDGER_READONLY")) throw error;
      return new DatabaseSync(new URL(`${pathToFileURL(file).href}?immutable=1`), { readOnly: true });
    }
  });
}

function opened(file: string, name: string, open: () => DatabaseSync): OpenSegment {
  let db: DatabaseSync | undefined;
  try {
    db = open();
    return { name, db, meta: checkedMeta(db, file) };
  } catch (error) {
    db?.close();
    throw ledgerError(error, file);
  }
}
