import { randomBytes } from "node:crypto";

/**
 * Reads of one session that may wait to be continued; announced as MaxHistoryContinuationPoints. Nodes of one request are
 * no more: each of them has a place.
 */
export const maximumContinuationPoints = 20;
/** A read that nobody went on with for this long is forgotten, ms. */
const lifetimeMs = 300_000;

interface Waiting<T> {
  readonly nodeId: string;
  readonly rest: T;
  readonly until: number;
}

/** A place for one more point, taken before its page is read. Disposed of without one, it is free again. */
export interface ContinuationPlace<T> extends Disposable {
  /**
   * Keeps what is left of a read.
   *
   * @param point the client's, where it is to stay good; otherwise a new one
   */
  keep(nodeId: string, rest: T, point?: Uint8Array): Buffer;
}

/**
 * Continuation points of HistoryRead (OPC 10000-11 §6.3): each is good once, for the session and the node that it was
 * given to, until it is used, released or too old. They go with their session.
 *
 * @param now monotonic clock, ms
 */
export function createContinuationPoints<T>(now: () => number) {
  interface Own {
    readonly kept: Map<string, Waiting<T>>;
    /** Places of reads that are under way. */
    reserved: number;
  }
  const bySession = new WeakMap<object, Own>();

  return {
    /** A place, or nothing when the session has as many as it may have. */
    reserve(session: object): ContinuationPlace<T> | undefined {
      const own = bySession.get(session) ?? { kept: new Map<string, Waiting<T>>(), reserved: 0 };
      bySession.set(session, own);
      for (const [key, { until }] of own.kept) if (until <= now()) own.kept.delete(key);
      if (own.kept.size + own.reserved >= maximumContinuationPoints) return undefined;
      own.reserved += 1;
      let isFree = false;
      const free = (): void => {
        if (!isFree) own.reserved -= 1;
        isFree = true;
      };
      return {
        keep(nodeId, rest, given) {
          free();
          const point = given ? Buffer.from(given) : randomBytes(16);
          own.kept.set(point.toString("hex"), { nodeId, rest, until: now() + lifetimeMs });
          return point;
        },
        [Symbol.dispose]: free,
      };
    },
    /** What a continuation point stands for, once; nothing when it is not one of this session and node. */
    take(session: object, nodeId: string, point: Uint8Array): T | undefined {
      const own = bySession.get(session)?.kept;
      const key = Buffer.from(point).toString("hex");
      const found = own?.get(key);
      if (!found || found.nodeId !== nodeId) return undefined;
      own!.delete(key);
      return found.until > now() ? found.rest : undefined;
    },
  };
}
export type ContinuationPoints<T> = ReturnType<typeof createContinuationPoints<T>>;
