import { z } from "zod";
import { defineTrigger } from "./trigger.ts";

/**
 * A unit older than this when the timer gets to run is reported as missed instead of fired. A pause of a garbage
 * collector or a slow disk is caught up; a stopped process or a sleeping machine does not come back with thousands of
 * triggers at once, which would only bury the units that are passing now.
 */
const catchUpMs = 2_000;

/**
 * Fires at `start + n · period`, n = 1, 2, …, whatever the delay of single callbacks: lateness does not add up. A late
 * callback fires at once, in order and with the planned moments, all that fell due within the last {@link catchUpMs};
 * older ones are counted in one `missed`.
 */
export default defineTrigger({
  type: "timer",
  summary: "Fires at a steady rate by the machine's monotonic clock: for demonstrations, tests and replayed images.",
  options: z.strictObject({
    unitsPerMinute: z
      .number()
      .positive()
      .max(6_000)
      .default(400)
      .meta({ description: "Units per minute, evenly spaced" }),
  }),
  open({ unitsPerMinute }, events, clock) {
    const start = clock.monotonic();
    // Multiplied before divided, so that 400 per minute is exactly 400 each minute and not a sum of rounded periods.
    const momentOf = (n: number): number => start + (n * 60_000) / unitsPerMinute;
    let next = 1;
    let stopped = false;
    let cancel: () => void;
    const wait = (): void => {
      cancel = clock.after(Math.max(0, momentOf(next) - clock.monotonic()), run);
    };
    const run = (): void => {
      const now = clock.monotonic();
      const firstMissed = next;
      while (momentOf(next) < now - catchUpMs) next += 1;
      if (next > firstMissed) events.missed(next - firstMissed, momentOf(firstMissed), momentOf(next - 1));
      // Compared with `now`, not with the clock again: a slow listener must not keep this loop from yielding.
      while (!stopped && momentOf(next) <= now) {
        next += 1;
        events.fire(momentOf(next - 1));
      }
      if (!stopped) wait();
    };
    wait();
    return () => {
      stopped = true;
      cancel();
    };
  },
});
