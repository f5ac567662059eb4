import { monitorEventLoopDelay } from "node:perf_hooks";

/** The histogram's own resolution, ms: it is part of each of its samples, and taken off again. */
const resolutionMs = 1;

/** Watches how late this process's event loop is. The returned function gives the p99 (ms) since its last call. */
export function watchLoopDelay(): () => number {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return () => {
    const p99 = Math.max(0, delay.percentile(99) / 1e6 - resolutionMs);
    delay.reset();
    return Number.isFinite(p99) ? p99 : 0;
  };
}
