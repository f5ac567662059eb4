import type { GapBody } from "../domain/ledger-entry.ts";
import type { Log } from "../platform/log.ts";

/** Counts triggers that nothing had room for, so that a `gap` entry can say how many. */
export interface LostTriggers {
  /** True when there is no room: the trigger is counted. Else what was counted before becomes a gap. `at`: station time, UTC ms. */
  take(at: number): boolean;
  /** What was counted becomes a gap now. */
  account(to: number): void;
  /** The same, when there is room for it. */
  accountIfRoom(to: number): void;
}

export function createLostTriggers(hasRoom: () => boolean, writeGap: (gap: GapBody) => void, log: Log): LostTriggers {
  let count = 0;
  let from = 0;
  const account = (to: number): void => {
    if (count > 0) writeGap({ from, to, count, reason: "storage" });
    count = 0;
  };
  return {
    take(at) {
      if (hasRoom()) {
        account(at);
        return false;
      }
      if (count === 0) {
        from = at;
        log.error("triggers are lost: too many units wait for the disk; make room on it");
      }
      count += 1;
      return true;
    },
    account,
    accountIfRoom(to) {
      if (hasRoom()) account(to);
    },
  };
}
