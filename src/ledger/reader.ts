import { join } from "node:path";
import type { Committed } from "../domain/ledger-entry.ts";
import { upcast } from "../domain/upcast.ts";
import type { Head, LedgerReader } from "./ledger.ts";
import { LedgerError, ledgerError, mendAdvice } from "./ledger-error.ts";
import { listSegments, type OpenSegment, openSegmentToRead } from "./segment.ts";
import { readSnapshot } from "./snapshot.ts";
import { hashAt, headOf, hex } from "./tail.ts";

/** Segments that stay open: the newest and the one that is being read. */
const keptOpen = 2;

/**
 * Opens the ledger in `folder` for reading, also while another process writes it. Each call opens what it needs, takes
 * one page and lets go: a reader that stops between calls holds nothing up.
 * @throws LedgerError when there is no ledger, or one that this program cannot read
 */
export function openLedgerReader(folder: string): LedgerReader {
  const firstOffsets = new Map<string, number>();
  const open = new Map<string, OpenSegment>();

  const segment = (name: string): OpenSegment => {
    const found = open.get(name) ?? openSegmentToRead(folder, name);
    open.delete(name);
    open.set(name, found); // last in the map = used last
    firstOffsets.set(name, found.meta.firstOffset);
    for (const [oldest, { db }] of open) {
      if (open.size <= keptOpen) break;
      open.delete(oldest);
      db.close();
    }
    return found;
  };
  /** Present segments, oldest first; never empty. */
  const names = (): string[] => {
    const present = listSegments(folder);
    if (present.length === 0)
      throw new LedgerError(
        "LEDGER_MISSING",
        `there is no ledger in ${folder}; check the data folder's path, or start Tallyline once to begin one`,
      );
    return present;
  };
  const firstOffsetOf = (name: string): number => firstOffsets.get(name) ?? segment(name).meta.firstOffset;
  /** Index of the segment that holds an offset, or would; 0 for anything older than what is kept. */
  const holding = (present: readonly string[], offset: number): number =>
    Math.max(
      0,
      present.findLastIndex((name) => firstOffsetOf(name) <= offset),
    );
  const read = <T>(name: string, work: (segment: OpenSegment) => T): T => {
    try {
      return work(segment(name));
    } catch (error) {
      throw ledgerError(error, join(folder, name));
    }
  };
  const head = (): Head => read(names().at(-1)!, headOf);

  head(); // a folder that cannot be read is refused here, not at the first page
  return {
    get head() {
      return head();
    },
    oldestTime() {
      for (const name of names()) {
        const row = read(name, ({ db }) => db.prepare("SELECT time FROM entry ORDER BY offset LIMIT 1").get());
        if (row) return Number(row["time"]);
      }
      return undefined;
    },
    read(offset, limit) {
      const committed: Committed[] = [];
      const present = names();
      // Whoever asks for what is no longer kept goes on with the oldest entry.
      let after = Math.max(offset, firstOffsetOf(present[0]!) - 1);
      for (const name of present.slice(holding(present, offset + 1))) {
        const rows = read(name, ({ db }) =>
          db
            .prepare("SELECT offset, text, hash FROM entry WHERE offset > ? ORDER BY offset LIMIT ?")
            .all(after, limit - committed.length),
        );
        for (const row of rows) {
          const at = Number(row["offset"]);
          committed.push(parsed(join(folder, name), at, after, String(row["text"]), hex(row["hash"])));
          after = at;
        }
        if (committed.length >= limit) break;
      }
      return committed;
    },
    loadSnapshot(name) {
      const snapshot = readSnapshot(folder, name);
      if (!snapshot) return undefined;
      const { at, state } = snapshot;
      const { ledgerId, offset } = head();
      if (at.ledgerId !== ledgerId || !(at.offset <= offset)) return undefined;
      const present = names();
      const hash = read(present[holding(present, at.offset)]!, (found) => hashAt(found, at.offset));
      return hash === at.hash ? { offset: at.offset, state } : undefined;
    },
    [Symbol.dispose]() {
      for (const { db } of open.values()) db.close();
      open.clear();
    },
  };
}

/** One entry in the newest shape, if it is the one that belongs at its place. */
function parsed(file: string, offset: number, after: number, text: string, hash: string): Committed {
  let raw: { readonly v: number; readonly offset?: unknown };
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new LedgerError("LEDGER_CORRUPT", `${file}: entry ${offset} cannot be read; ${mendAdvice}`, cause);
  }
  if (raw.offset !== offset || offset !== after + 1)
    throw new LedgerError("LEDGER_CORRUPT", `${file}: entry ${after + 1} is missing or not itself; ${mendAdvice}`);
  try {
    return { entry: upcast(raw), hash };
  } catch (cause) {
    throw new LedgerError(
      "LEDGER_NEWER",
      `${file}: entry ${offset} was written by a newer program; install that version of Tallyline, or a newer one`,
      cause,
    );
  }
}
