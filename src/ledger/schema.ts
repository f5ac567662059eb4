import type { DatabaseSync } from "node:sqlite";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import { LedgerError, mendAdvice } from "./ledger-error.ts";

/** Of the segment files; a program refuses files with a higher one. Bump it with any change of `statements`. */
export const formatVersion = 1;

/**
 * The whole schema of a segment. `text` is the entry; the columns beside it repeat what history queries look for, and
 * `hash` closes the chain. The triggers refuse everything but the next entry: UPDATE and DELETE, and any INSERT but head +
 * 1, because INSERT OR REPLACE gets past the first two.
 */
const statements = [
  `CREATE TABLE meta (
  ledger_id TEXT NOT NULL,
  format INTEGER NOT NULL,
  month TEXT NOT NULL,
  first_offset INTEGER NOT NULL,
  previous_hash TEXT NOT NULL
) STRICT`,
  `CREATE TABLE entry (
  offset INTEGER PRIMARY KEY,
  station TEXT NOT NULL,
  kind TEXT NOT NULL,
  time REAL NOT NULL,
  sequence INTEGER,
  lot TEXT,
  text TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT`,
  "CREATE INDEX entry_by_time ON entry (station, kind, time)",
  "CREATE INDEX entry_by_sequence ON entry (station, kind, sequence) WHERE sequence IS NOT NULL",
  "CREATE INDEX entry_by_lot ON entry (station, kind, lot) WHERE lot IS NOT NULL",
  `CREATE TRIGGER entry_only_next BEFORE INSERT ON entry
WHEN NEW.offset IS NOT coalesce((SELECT max(offset) FROM entry) + 1, (SELECT first_offset FROM meta))
BEGIN SELECT raise(ABORT, 'the ledger is append-only: only the next entry may be inserted'); END`,
  `CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'the ledger is append-only: entries are never changed'); END`,
  `CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'the ledger is append-only: entries are never deleted'); END`,
  `CREATE TRIGGER meta_once BEFORE INSERT ON meta WHEN EXISTS (SELECT 1 FROM meta)
BEGIN SELECT raise(ABORT, 'a segment has one origin'); END`,
  `CREATE TRIGGER meta_no_update BEFORE UPDATE ON meta
BEGIN SELECT raise(ABORT, 'the origin of a segment is never changed'); END`,
  `CREATE TRIGGER meta_no_delete BEFORE DELETE ON meta
BEGIN SELECT raise(ABORT, 'the origin of a segment is never deleted'); END`,
] as const;

/** Where a segment stands in its ledger; written once, with the segment. */
export interface SegmentMeta {
  readonly ledgerId: string;
  readonly format: number;
  /** UTC month of `committedAt` of everything in it, `2026-11`. */
  readonly month: string;
  readonly firstOffset: number;
  /** Hash of the entry before its first, hex; 64 zeros at the start of a ledger. */
  readonly previousHash: string;
}

/** Makes the tables and writes where the segment stands, in one transaction. */
export function createSchema(db: DatabaseSync, meta: SegmentMeta): void {
  db.exec("BEGIN IMMEDIATE");
  for (const statement of statements) db.exec(statement);
  db.prepare("INSERT INTO meta VALUES (?, ?, ?, ?, ?)").run(
    meta.ledgerId,
    meta.format,
    meta.month,
    meta.firstOffset,
    meta.previousHash,
  );
  db.exec("COMMIT");
}

/**
 * Reads where a segment stands, and makes sure that this program can read the file and that nothing was taken from its
 * schema: a dropped trigger means that somebody prepared to change history.
 * @param file for the message
 */
export function checkedMeta(db: DatabaseSync, file: string): SegmentMeta {
  const found = db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").all();
  const present = new Set(found.map(({ sql }) => String(sql)));
  if (!present.has(statements[0]) && !found.some(({ sql }) => /^CREATE TABLE meta\b/.test(String(sql))))
    throw new LedgerError("LEDGER_CORRUPT", `${file} is not a ledger segment; ${mendAdvice}`);
  const rows = db.prepare("SELECT * FROM meta").all();
  const row = rows[0];
  if (!row || rows.length !== 1)
    throw new LedgerError("LEDGER_CORRUPT", `${file} does not say where it stands in the ledger; ${mendAdvice}`);
  const format = Number(row["format"]);
  if (!(format <= formatVersion))
    throw new LedgerError(
      "LEDGER_NEWER",
      `${file} has format ${format}, this program knows formats up to ${formatVersion}; install the version of Tallyline that wrote it, or a newer one`,
    );
  const missing = statements.find((sql) => !present.has(sql));
  if (missing !== undefined || present.size !== statements.length)
    throw new LedgerError(
      "LEDGER_CORRUPT",
      `${file}: its tables were changed (${missing === undefined ? "something was added" : `${missing.split(" ", 3).join(" ")} is not as written`}); ${mendAdvice}`,
    );
  return {
    ledgerId: String(row["ledger_id"]),
    format,
    month: String(row["month"]),
    firstOffset: Number(row["first_offset"]),
    previousHash: String(row["previous_hash"]),
  };
}

/** What stands in the columns beside an entry's text. */
export interface Columns {
  readonly station: string;
  readonly kind: string;
  readonly time: number;
  /** The unit that it speaks of, if it speaks of one. */
  readonly sequence: number | null;
  /** The lot that it belongs to, if it belongs to one. */
  readonly lot: string | null;
}

/**
 * Derives the columns from the entry as it is written; verify derives them again.
 * @throws RangeError for an entry of no shape that this program writes
 */
export function columnsOf(entry: LedgerEntry): Columns {
  const columns = derived(entry);
  const { station, kind, time, sequence, lot } = columns;
  const texts = lot === null ? [station, kind] : [station, kind, lot];
  if (!texts.every((text) => typeof text === "string") || typeof time !== "number")
    throw new RangeError("station, kind and lot must be texts, time a number");
  if (sequence !== null && !Number.isSafeInteger(sequence)) throw new RangeError("sequence must be a whole number");
  return columns;
}

function derived(entry: LedgerEntry): Columns {
  const { station, kind, time, body } = entry;
  const lot = kind === "unit" ? body.context.lot : kind === "lot" ? body.lot : "";
  return {
    station,
    kind,
    time,
    sequence: kind === "unit" || kind === "late" ? body.sequence : null,
    lot: lot === "" ? null : lot,
  };
}
