import { join } from "node:path";
import type { Committed } from "../domain/ledger-entry.ts";
import type { Head, LedgerReader } from "./ledger.ts";
import { LedgerError, mendAdvice } from "./ledger-error.ts";
import { openSegments } from "./open-segments.ts";
import { readSnapshot } from "./snapshot.ts";
import { storedEntry } from "./stored-entry.ts";
import { hashAt, headOf, hex } from "./tail.ts";

/** Segments that stay open: the newest and the one that is being read. */
const keptOpen = 2;

/**
 * Opens the ledger in `folder` for reading, also while another process writes it. Each call opens what it needs, takes
 * one page and lets go: a reader that stops between calls holds nothing up.
 * @throws LedgerError when there is no ledger, or one that this program cannot read
 */
export function openLedgerReader(folder: string): LedgerReader {
  const segments = openSegments(folder, keptOpen);
  /** Index of the segment that holds an offset, or would; 0 for anything older than what is kept. */
  const holding = (present: readonly string[], offset: number): number =>
    Math.max(
      0,
      present.findLastIndex((name) => segments.firstOffsetOf(name) <= offset),
    );
  const head = (): Head => segments.read(segments.names().at(-1)!, headOf);

  head(); // a folder that cannot be read is refused here, not at the first page
  return {
    get head() {
      return head();
    },
    oldestTime() {
      for (const name of segments.names()) {
        const row = segments.read(name, ({ db }) => db.prepare("SELECT time FROM entry ORDER BY offset LIMIT 1").get());
        if (row) return Number(row["time"]);
      }
      return undefined;
    },
    read(offset, limit) {
      const committed: Committed[] = [];
      const present = segments.names();
      // Whoever asks for what is no longer kept goes on with the oldest entry.
      let after = Math.max(offset, segments.firstOffsetOf(present[0]!) - 1);
      for (const name of present.slice(holding(present, offset + 1))) {
        const file = join(folder, name);
        const rows = segments.read(name, ({ db }) =>
          db
            .prepare("SELECT offset, text, hash FROM entry WHERE offset > ? ORDER BY offset LIMIT ?")
            .all(after, limit - committed.length),
        );
        for (const row of rows) {
          const at = Number(row["offset"]);
          if (at !== after + 1)
            throw new LedgerError(
              "LEDGER_CORRUPT",
              `${file}: entry ${after + 1} is missing or not itself; ${mendAdvice}`,
            );
          committed.push({ entry: storedEntry(file, at, String(row["text"])), hash: hex(row["hash"]) });
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
      const present = segments.names();
      const hash = segments.read(present[holding(present, at.offset)]!, (found) => hashAt(found, at.offset));
      return hash === at.hash ? { offset: at.offset, state } : undefined;
    },
    [Symbol.dispose]() {
      segments[Symbol.dispose]();
    },
  };
}
