import { join } from "node:path";
import { LedgerError, ledgerError } from "./ledger-error.ts";
import { listSegments, type OpenSegment, openSegmentToRead } from "./segment.ts";

/** The segments of one folder for readers: opened when they are needed, the ones used last stay open. */
export interface OpenSegments extends Disposable {
  /** Names of the segments that are there, oldest first; never empty. @throws LedgerError when there is no ledger */
  names(): readonly string[];
  /** Offset of the first entry of a segment. */
  firstOffsetOf(name: string): number;
  /** Runs synchronous work on a segment; what SQLite throws comes out as a LedgerError that names the file. */
  read<T>(name: string, work: (segment: OpenSegment) => T): T;
}

/** @param keptOpen how many segments stay open */
export function openSegments(folder: string, keptOpen: number): OpenSegments {
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
  return {
    names() {
      const present = listSegments(folder);
      if (present.length === 0)
        throw new LedgerError(
          "LEDGER_MISSING",
          `there is no ledger in ${folder}; check the data folder's path, or start Tallyline once to begin one`,
        );
      return present;
    },
    firstOffsetOf: (name) => firstOffsets.get(name) ?? segment(name).meta.firstOffset,
    read(name, work) {
      try {
        return work(segment(name));
      } catch (error) {
        throw ledgerError(error, join(folder, name));
      }
    },
    [Symbol.dispose]() {
      for (const { db } of open.values()) db.close();
      open.clear();
    },
  };
}
