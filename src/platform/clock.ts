/** Time, as everything that waits or stamps takes it: an argument, so that tests own it. */
export interface Clock {
  /** UTC ms since 1970 by the machine's wall clock; may step. */
  wall(): number;
  /** ms since some fixed moment, never stepping, with fractions. */
  monotonic(): number;
  /** Calls back once, `ms` from now (at once for less than 0); the returned function takes it back. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
};
