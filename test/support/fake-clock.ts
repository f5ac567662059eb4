import type { Clock } from "../../src/platform/clock.ts";

/** A clock that stands still until a test moves it. Callbacks run inside `advance` and `stall`, never by themselves. */
export interface FakeClock extends Clock {
  /** Lets time pass: each callback runs at its own due moment, in order; equal moments in the order they were asked for. */
  advance(ms: number): void;
  /** Time passes while the program does not run (SIGSTOP, a long pause); then all that fell due runs late, in order. */
  stall(ms: number): void;
  /** Sets the wall clock off by so many ms; monotonic time does not notice. */
  stepWall(ms: number): void;
  /** Callbacks still waiting: 0 after a clean stop. */
  readonly pending: number;
}

/** @param start wall: UTC ms, by default 2025-01-14T09:32:00Z; monotonic: ms, by default 0. */
export function fakeClock(start: { readonly wall?: number; readonly monotonic?: number } = {}): FakeClock {
  let now = start.monotonic ?? 0;
  let wallOffset = (start.wall ?? Date.UTC(2025, 0, 14, 9, 32)) - now;
  const waiting = new Set<{ readonly due: number; readonly callback: () => void }>();

  const runDue = (until: number, setTime: (due: number) => void): void => {
    for (;;) {
      let next: { readonly due: number; readonly callback: () => void } | undefined;
      for (const w of waiting) if (w.due <= until && (!next || w.due < next.due)) next = w;
      if (!next) return;
      waiting.delete(next);
      setTime(next.due);
      next.callback();
    }
  };

  return {
    wall: () => now + wallOffset,
    monotonic: () => now,
    after(ms, callback) {
      const entry = { due: now + Math.max(0, ms), callback };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    advance(ms) {
      const end = now + ms;
      runDue(end, (due) => {
        now = Math.max(now, due);
      });
      now = end;
    },
    stall(ms) {
      now += ms;
      runDue(now, () => undefined);
    },
    stepWall(ms) {
      wallOffset += ms;
    },
    get pending() {
      return waiting.size;
    },
  };
}
