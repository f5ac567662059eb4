import type { Committed } from "../domain/ledger-entry.ts";
import type { EntryQuery, LedgerQuery, Place } from "../ledger/query.ts";

/** Searches the ledger without holding up the loop for more than a page. */
export interface EntryPages {
  /** As {@link LedgerQuery.page}. */
  page(query: EntryQuery, after: Place | undefined, limit: number): Promise<readonly Committed[]>;
}

/** Pages read on this thread: each is indexed and short. */
export const pagesOf = (query: LedgerQuery): EntryPages => ({
  page: async (wanted, after, limit) => query.page(wanted, after, limit),
});
