import type { Committed } from "../domain/ledger-entry.ts";
import { foldStations, fromSnapshot, type Stations, snapshotName } from "./station-state.ts";

/** What a replay needs of a ledger's reader. */
export interface ReplaySource {
  /** Entries after `offset`, oldest first, at most `limit`. */
  read(offset: number, limit: number): readonly Committed[];
  loadSnapshot(name: string): { readonly offset: number; readonly state: unknown } | undefined;
}

/** Where a reader stands. */
export interface Position {
  readonly stations: Stations;
  /** Last entry that was folded; absent when the snapshot already held all. */
  readonly last: Committed | undefined;
  readonly offset: number;
  /** Entries that were folded. */
  readonly replayed: number;
}

const pageSize = 2_000;

/**
 * Snapshot plus tail: the state as of the ledger's head. Its time grows with the tail, not with the ledger; without a
 * snapshot it folds everything.
 *
 * @param breathe gives the event loop back between two pages
 */
export async function replay(source: ReplaySource, breathe: () => Promise<void>): Promise<Position> {
  const stored = source.loadSnapshot(snapshotName);
  const known = fromSnapshot(stored?.state);
  let stations: Stations = known ?? {};
  let offset = known ? stored!.offset : 0;
  const from = offset;
  let last: Committed | undefined;
  for (;;) {
    const page = source.read(offset, pageSize);
    if (page.length === 0) return { stations, last, offset, replayed: offset - from };
    for (const committed of page) stations = foldStations(stations, committed);
    last = page.at(-1)!;
    offset = last.entry.offset;
    await breathe();
  }
}
