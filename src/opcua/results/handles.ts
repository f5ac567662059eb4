/** Handles of results that clients hold (OPC 40001-101 §7.1.4). Nothing is kept for them: results are in the ledger. */
export interface ResultHandles {
  /** A handle that no other result set has; forgotten after `timeoutMs` when that is above 0. */
  issue(session: string, timeoutMs: number): number;
  /** False when this session does not hold it. */
  release(session: string, handle: number): boolean;
}

/** Handles that are known at once; beyond, the oldest is forgotten. */
const maximumHandles = 1_000;

/** @param now monotonic ms */
export function createResultHandles(now: () => number): ResultHandles {
  const held = new Map<number, { readonly session: string; readonly until: number }>();
  let last = 0;
  return {
    issue(session, timeoutMs) {
      last = (last % 0xffffffff) + 1;
      held.set(last, { session, until: timeoutMs > 0 ? now() + timeoutMs : Number.POSITIVE_INFINITY });
      if (held.size > maximumHandles) held.delete(held.keys().next().value!);
      return last;
    },
    release(session, handle) {
      const found = held.get(handle);
      if (found?.session !== session) return false;
      held.delete(handle);
      return found.until > now();
    },
  };
}
