import type { Committed, EntryDraft, LedgerEntry } from "../../src/domain/ledger-entry.ts";
import type { Head, LedgerReader } from "../../src/ledger/ledger.ts";
import type { LedgerQuery, Stream } from "../../src/ledger/query.ts";
import { columnsOf } from "../../src/ledger/schema.ts";
import { aCommitted } from "./units.ts";

/** A ledger in memory: what a reader's tests need of one. Hashes are plausible texts, not a chain. */
export interface MemoryLedger {
  readonly reader: LedgerReader;
  readonly query: LedgerQuery;
  append(...drafts: readonly EntryDraft[]): readonly Committed[];
  snapshot(name: string, state: unknown): void;
}

export function createMemoryLedger(ledgerId = "ledger-under-test"): MemoryLedger {
  const entries: Committed[] = [];
  const snapshots = new Map<string, { offset: number; state: unknown }>();
  const head = (): Head => ({ ledgerId, offset: entries.length, hash: entries.at(-1)?.hash ?? "0".repeat(64) });
  return {
    append(...drafts) {
      const added = drafts.map((draft, i) => aCommitted(entries.length + 1 + i, draft));
      entries.push(...added);
      return added;
    },
    snapshot: (name, state) => void snapshots.set(name, { offset: entries.length, state: structuredClone(state) }),
    query: {
      page({ streams, from = -Infinity, to = Infinity, backwards = false }, after, limit) {
        const way = backwards ? -1 : 1;
        const ordered = entries
          .filter(({ entry }) => entry.time >= from && entry.time <= to && streams.some((s) => isIn(s, entry)))
          .sort((a, b) => way * (a.entry.time - b.entry.time || a.entry.offset - b.entry.offset));
        const isBehind = ({ entry }: Committed) =>
          !after || way * (entry.time - after.time || entry.offset - after.offset) > 0;
        return ordered.filter(isBehind).slice(0, limit);
      },
      chain({ from = -Infinity, to = Infinity, backwards = false }, after, limit) {
        const found = entries.filter(
          ({ entry: { offset, committedAt } }) =>
            committedAt >= from &&
            committedAt <= to &&
            (after === undefined || (backwards ? offset < after : offset > after)),
        );
        return (backwards ? found.reverse() : found).slice(0, limit);
      },
      [Symbol.dispose]: () => undefined,
    },
    reader: {
      get head() {
        return head();
      },
      oldestTime: () => entries[0]?.entry.time,
      read: (offset, limit) => entries.slice(offset, offset + limit),
      loadSnapshot: (name) => snapshots.get(name),
      [Symbol.dispose]: () => undefined,
    },
  };
}

function isIn({ station, kind, lot, sequences }: Stream, entry: LedgerEntry): boolean {
  if (entry.station !== station || entry.kind !== kind) return false;
  const columns = columnsOf(entry);
  const [first, last] = sequences ?? [-Infinity, Infinity];
  return (
    (lot === undefined || columns.lot === lot) &&
    (!sequences || (columns.sequence !== null && columns.sequence >= first && columns.sequence <= last))
  );
}
