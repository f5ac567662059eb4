import type { Committed, EntryDraft } from "../../src/domain/ledger-entry.ts";
import type { Head, LedgerReader } from "../../src/ledger/ledger.ts";
import { aCommitted } from "./units.ts";

/** A ledger in memory: what a reader's tests need of one. Hashes are plausible texts, not a chain. */
export interface MemoryLedger {
  readonly reader: LedgerReader;
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
