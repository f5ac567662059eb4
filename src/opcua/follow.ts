import type { Committed } from "../domain/ledger-entry.ts";
import type { LedgerReader } from "../ledger/ledger.ts";

/** Entries per page: small enough that a page is folded and published within a few ms. */
const pageSize = 8;

/** Gives the event loop back. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Reads on from a position, page by page, whenever it is nudged. */
export interface Follower {
  /** There may be more. Cheap; any number of calls. */
  nudge(): void;
  /** Resolves when nothing is being read any more. */
  stop(): Promise<void>;
}

/**
 * `onEntry` gets each entry, `onPage` the end of a page; both synchronous. The loop is given back after each page, so that
 * catching up delays clients by a page at most. An error stops the follower and goes to `onError`.
 */
export function follow(
  reader: LedgerReader,
  from: number,
  handlers: {
    readonly onEntry: (committed: Committed) => void;
    readonly onPage: (last: Committed) => void;
    readonly onError: (error: unknown) => void;
  },
): Follower {
  let offset = from;
  let stopped = false;
  let wanted = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (wanted && !stopped) {
      wanted = false;
      for (;;) {
        const page = reader.read(offset, pageSize);
        const last = page.at(-1);
        if (!last || stopped) break;
        for (const committed of page) handlers.onEntry(committed);
        offset = last.entry.offset;
        handlers.onPage(last);
        await breathe();
      }
    }
  }
  return {
    nudge() {
      wanted = true;
      running ??= run()
        .catch((error: unknown) => {
          stopped = true;
          handlers.onError(error);
        })
        .finally(() => {
          running = undefined;
        });
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
