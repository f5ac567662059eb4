import type { Committed, EntryDraft, LotBody } from "../domain/ledger-entry.ts";

/** Where the ledger ends. */
export interface Head {
  /** Names this ledger for good; a rolled ledger gets another. */
  readonly ledgerId: string;
  /** Offset of the last entry; 0 when empty. */
  readonly offset: number;
  /** Its hash, hex; 64 zeros when empty. */
  readonly hash: string;
}

/** The write side: one per data folder, owned by the core. Disk work and fsync happen in a thread of their own. */
export interface LedgerWriter extends AsyncDisposable {
  readonly head: Head;
  /**
   * Appends in call order and resolves, once the batch is on disk (group commit, ≤ 10 ms or 64 entries, fsync), with the
   * entries as committed. Rejects with a `LedgerError` (`retryable` for a full disk or an I/O error: nothing of the call
   * is stored, the chain is untouched, and the caller may try again).
   */
  append(drafts: readonly EntryDraft[]): Promise<readonly Committed[]>;
  /** Totals of the lot at its last end, if it was ever ended at this station. */
  findEndedLot(station: string, lot: string): Promise<LotBody | undefined>;
  /** Stores a projection's state as of `offset`, replacing the one before. Disposable: losing it costs time, never truth. */
  saveSnapshot(name: string, offset: number, state: unknown): Promise<void>;
}

/** The read side. Any number of readers in any process; none can delay the writer. */
export interface LedgerReader extends Disposable {
  readonly head: Head;
  /** Time (UTC ms) of the oldest entry kept; absent when empty. */
  oldestTime(): number | undefined;
  /** Committed entries after `offset`, oldest first, at most `limit`; empty when there are none. Synchronous, one page. */
  read(offset: number, limit: number): readonly Committed[];
  /** The newest snapshot of that name that fits this ledger (same id, offset ≤ head, same format), if any. */
  loadSnapshot(name: string): { readonly offset: number; readonly state: unknown } | undefined;
}
