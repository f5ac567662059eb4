import type { ISessionContext } from "node-opcua";

/** Tells, per call of a method, how many ms the request that it came in may still take; 0 when its time is up. */
export type CallTime = (context: ISessionContext) => () => number;

/**
 * One Call may name many methods, which are carried out one behind the other: without a limit on all of them together the
 * client has given up long before the last. The time begins with the first; node-opcua makes a context per request.
 *
 * @param now monotonic ms
 */
export function createCallTime(budgetMs: number, now: () => number = () => performance.now()): CallTime {
  const ends = new WeakMap<ISessionContext, number>();
  return (context) => {
    const end = ends.get(context) ?? now() + budgetMs;
    ends.set(context, end);
    return () => Math.max(0, end - now());
  };
}
