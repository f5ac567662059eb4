import { randomBytes } from "node:crypto";

/** Reads of one session that may wait to be continued; announced as MaxHistoryContinuationPoints. */
export const maximumContinuationPoints = 20;
/** A read that nobody went on with for this long is forgotten, ms. */
const lifetimeMs = 300_000;

interface Waiting<T> {
  readonly nodeId: string;
  readonly rest: T;
  readonly until: number;
}

/**
 * Continuation points of HistoryRead (OPC 10000-11 §6.3): each is good once, for the session and the node that it was
 * given to, until it is used, released or too old. They go with their session.
 *
 * @param now monotonic clock, ms
 */
export function createContinuationPoints<T>(now: () => number) {
  const bySession = new WeakMap<object, Map<string, Waiting<T>>>();

  return {
    /** Keeps what is left of a read; nothing when the session has as many waiting as it may have. */
    keep(session: object, nodeId: string, rest: T): Buffer | undefined {
      const own = bySession.get(session) ?? new Map<string, Waiting<T>>();
      bySession.set(session, own);
      for (const [key, { until }] of own) if (until <= now()) own.delete(key);
      if (own.size >= maximumContinuationPoints) return undefined;
      const point = randomBytes(16);
      own.set(point.toString("hex"), { nodeId, rest, until: now() + lifetimeMs });
      return point;
    },
    /** What a continuation point stands for, once; nothing when it is not one of this session and node. */
    take(session: object, nodeId: string, point: Uint8Array): T | undefined {
      const own = bySession.get(session);
      const key = Buffer.from(point).toString("hex");
      const found = own?.get(key);
      if (!found || found.nodeId !== nodeId) return undefined;
      own!.delete(key);
      return found.until > now() ? found.rest : undefined;
    },
  };
}
export type ContinuationPoints<T> = ReturnType<typeof createContinuationPoints<T>>;
