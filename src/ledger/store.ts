import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { SQLInputValue } from "node:sqlite";
import type { LotBody } from "../domain/ledger-entry.ts";
import { upcast } from "../domain/upcast.ts";
import { readAnchor, writeAnchor } from "./anchor.ts";
import { chainHash, newLedgerId, noHash } from "./chain.ts";
import type { Head } from "./ledger.ts";
import { LedgerError, ledgerError, mendAdvice } from "./ledger-error.ts";
import { type Columns, formatVersion } from "./schema.ts";
import {
  createSegment,
  ensureFolder,
  listSegments,
  monthOf,
  type OpenSegment,
  openSegmentToRead,
  openSegmentToWrite,
  segmentName,
  startOfMonth,
} from "./segment.ts";
import { writeSnapshot } from "./snapshot.ts";
import { checkTail, hashAt, headOf } from "./tail.ts";

/** One entry on its way to the disk: its canonical text, and the columns derived from it. */
export interface Row extends Columns {
  readonly offset: number;
  readonly text: string;
}

/** Something worth a line in the log that stops nothing. */
export type Notice = (message: string, fields: Readonly<Record<string, unknown>>) => void;

/** The ledger's files, open for appending. Synchronous, and every commit waits for the disk: it lives in a thread of its own. */
export interface Store {
  readonly head: Head;
  /** UTC ms that the next commit must not be before: the last commit's, or the start of the newest segment's month. */
  readonly committedAt: number;
  /** All rows or none, on disk when it returns. @returns their hashes, hex */
  commit(rows: readonly Row[], committedAt: number): string[];
  findEndedLot(station: string, lot: string): LotBody | undefined;
  /** @param state JSON text */
  saveSnapshot(name: string, offset: number, state: string): void;
  close(): void;
}

/**
 * Opens the ledger in `folder`, or begins one. What it checks does not grow with the number of entries: that segments
 * follow each other, that their schema is whole, that the last entries are what was written, and that the end is not
 * behind the anchor. Everything else is verify's.
 * @param now UTC ms, for the first segment's month
 * @throws LedgerError with what is wrong with which file, and how to mend it
 */
export function openStore(folder: string, now: number, notice: Notice): Store {
  ensureFolder(folder);
  try {
    accessSync(folder, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw ledgerError(error, folder);
  }
  const anchor = anchorOf(folder);
  if (listSegments(folder).length === 0) {
    if (anchor && anchor.offset > 0) throw tailCut(folder, anchor, 0);
    createSegment(folder, {
      ledgerId: newLedgerId(),
      format: formatVersion,
      month: monthOf(now),
      firstOffset: 1,
      previousHash: noHash,
    });
  }
  const checked = checkSegments(folder);
  let { head, committedAt } = checked;
  checkAnchor(folder, anchor, head, notice);
  let segment = openSegmentToWrite(folder, checked.newest);
  let insert = insertInto(segment);
  let anchorIsStale = false;

  const anchorHead = (): void => {
    try {
      writeAnchor(folder, head);
      if (anchorIsStale) notice("ledger anchor is written again", { folder });
      anchorIsStale = false;
    } catch (error) {
      // The entries are on disk. An anchor that lags is allowed, and the next commit writes it again.
      if (!anchorIsStale)
        notice("ledger anchor could not be written; check space and access rights", { folder, error });
      anchorIsStale = true;
    }
  };

  const nextSegment = (month: string): void => {
    createSegment(folder, {
      ledgerId: head.ledgerId,
      format: formatVersion,
      month,
      firstOffset: head.offset + 1,
      previousHash: head.hash,
    });
    const full = segment;
    segment = openSegmentToWrite(folder, segmentName(month));
    insert = insertInto(segment);
    try {
      full.db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      full.db.close();
    } catch (error) {
      notice("a finished ledger segment could not be tidied; nothing is lost", { file: full.name, error });
    }
  };

  if (anchor === undefined) anchorHead();
  return {
    get head() {
      return head;
    },
    get committedAt() {
      return committedAt;
    },
    commit(rows, at) {
      const month = monthOf(at);
      if (month > segment.meta.month) nextSegment(month);
      const { db, name } = segment;
      const hashes: string[] = [];
      try {
        db.exec("BEGIN IMMEDIATE");
        let previous: Uint8Array = Buffer.from(head.hash, "hex");
        for (const { offset, station, kind, time, sequence, lot, text } of rows) {
          const hash = chainHash(previous, text);
          insert(offset, station, kind, time, sequence, lot, text, hash);
          hashes.push(hash.toString("hex"));
          previous = hash;
        }
        db.exec("COMMIT");
      } catch (error) {
        // A full disk ends the transaction by itself, other errors do not.
        if (db.isTransaction) db.exec("ROLLBACK");
        throw ledgerError(error, join(folder, name));
      }
      const last = rows.at(-1);
      if (last) {
        head = { ...head, offset: last.offset, hash: hashes.at(-1)! };
        committedAt = at;
        anchorHead();
      }
      return hashes;
    },
    findEndedLot(station, lot) {
      for (const name of listSegments(folder).reverse()) {
        const found = name === segment.name ? segment : openSegmentToRead(folder, name);
        try {
          const body = endedLotIn(found, station, lot);
          if (body) return body;
        } finally {
          if (found !== segment) found.db.close();
        }
      }
      return undefined;
    },
    saveSnapshot(name, offset, state) {
      const hash = hashInLedger(folder, segment, offset);
      if (offset > head.offset || hash === undefined)
        throw new LedgerError(
          "LEDGER_ENTRY",
          `a snapshot cannot be taken at entry ${offset}: the ledger ends at ${head.offset}; take it at a committed entry`,
        );
      try {
        writeSnapshot(folder, name, { ledgerId: head.ledgerId, offset, hash }, state);
      } catch (error) {
        throw ledgerError(error, folder);
      }
    },
    close() {
      segment.db.close();
    },
  };
}

function insertInto({ db }: OpenSegment): (...values: SQLInputValue[]) => void {
  const statement = db.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  return (...values) => {
    statement.run(...values);
  };
}

function anchorOf(folder: string): Head | undefined {
  try {
    return readAnchor(folder);
  } catch (error) {
    throw ledgerError(error, join(folder, "anchor.json"));
  }
}

/** Walks the segments (not their entries) and checks the newest entries. */
function checkSegments(folder: string): { head: Head; committedAt: number; newest: string } {
  let before: Head | undefined;
  let committedAt = 0;
  let newest = "";
  const names = listSegments(folder);
  for (const name of names) {
    const file = join(folder, name);
    const segment = openSegmentToRead(folder, name);
    try {
      checkFollows(segment, before, file);
      // Also of the segment before, as the newest may just have been begun.
      if (name === names.at(-1) || name === names.at(-2))
        committedAt = checkTail(segment, file) ?? startOfMonth(segment.meta.month);
      before = headOf(segment);
      newest = name;
    } catch (error) {
      throw ledgerError(error, file);
    } finally {
      segment.db.close();
    }
  }
  return { head: before!, committedAt, newest };
}

/** @throws LedgerError when a segment does not start where the one before ends */
function checkFollows({ name, meta }: OpenSegment, before: Head | undefined, file: string): void {
  if (segmentName(meta.month) !== name)
    throw new LedgerError("LEDGER_CORRUPT", `${file} holds the month ${meta.month}: it was renamed; ${mendAdvice}`);
  const { ledgerId, offset, hash } = before ?? { ledgerId: meta.ledgerId, offset: 0, hash: noHash };
  if (meta.ledgerId !== ledgerId)
    throw new LedgerError(
      "LEDGER_CORRUPT",
      `${file} belongs to the ledger ${meta.ledgerId}, not to ${ledgerId}: it was put here from elsewhere; ${mendAdvice}`,
    );
  if (meta.firstOffset > offset + 1)
    throw new LedgerError(
      "LEDGER_SEGMENT_MISSING",
      `${file} starts at entry ${meta.firstOffset}, but what is before it ends at ${offset}: entries or a whole segment are missing; ${mendAdvice}`,
    );
  if (meta.firstOffset !== offset + 1 || meta.previousHash !== hash)
    throw new LedgerError(
      "LEDGER_CORRUPT",
      `${file} does not continue the segment before it (entry ${offset}): one of the two was changed or replaced; ${mendAdvice}`,
    );
}

function checkAnchor(folder: string, anchor: Head | undefined, head: Head, notice: Notice): void {
  const file = join(folder, "anchor.json");
  if (anchor === undefined) {
    if (head.offset > 0)
      notice('ledger anchor is missing or not whole and is written anew; run "tallyline ledger verify"', { file });
    return;
  }
  if (anchor.ledgerId !== head.ledgerId)
    throw new LedgerError(
      "LEDGER_CORRUPT",
      `${file} belongs to the ledger ${anchor.ledgerId}, the segments beside it to ${head.ledgerId}: files of two ledgers were mixed; restore one whole data folder from a backup`,
    );
  if (anchor.offset > head.offset) throw tailCut(folder, anchor, head.offset);
  if (anchor.offset === head.offset && anchor.hash !== head.hash)
    throw new LedgerError(
      "LEDGER_CORRUPT",
      `${file} notes another hash for entry ${anchor.offset} than the segment: the ledger was rewritten; ${mendAdvice}`,
    );
}

const tailCut = (folder: string, anchor: Head, end: number): LedgerError =>
  new LedgerError(
    "LEDGER_TAIL_CUT",
    `${folder}: the ledger ends at entry ${end}, but anchor.json notes entry ${anchor.offset} as committed: the end is missing (an older copy was restored, or a file with its -wal file was taken apart); restore the whole data folder, or move it away to begin a new ledger`,
  );

function hashInLedger(folder: string, newest: OpenSegment, offset: number): string | undefined {
  if (offset >= newest.meta.firstOffset - 1) return hashAt(newest, offset);
  for (const name of listSegments(folder).reverse()) {
    if (name === newest.name) continue;
    const segment = openSegmentToRead(folder, name);
    try {
      if (offset >= segment.meta.firstOffset - 1) return hashAt(segment, offset);
    } finally {
      segment.db.close();
    }
  }
  return undefined;
}

function endedLotIn({ db }: OpenSegment, station: string, lot: string): LotBody | undefined {
  const rows = db
    .prepare("SELECT text FROM entry WHERE station = ? AND kind = 'lot' AND lot = ? ORDER BY offset DESC")
    .all(station, lot);
  for (const { text } of rows) {
    const entry = upcast(JSON.parse(String(text)));
    if (entry.kind === "lot" && entry.body.event === "ended") return entry.body;
  }
  return undefined;
}
