import type { ClockBody } from "../domain/ledger-entry.ts";
import type { Clock } from "../platform/clock.ts";

/** A step is what no drift explains, ms. */
const stepMs = 1_000;
/** A wall clock that leaps further than this forwards is not believed on its own word, ms. */
const followMs = 60_000;
/** Station time that is ahead of the wall clock runs slower by at most this part of real time, until the wall has caught up. */
const greatestSlew = 0.1;
/** Time between two checks, ms: what is ahead by less than a tenth of it is used up within one. */
const checkMs = 1_000;

/**
 * The station's UTC: it advances with the monotonic clock, follows the wall clock, and never goes back.
 *
 * Ahead of the wall clock it runs slower until the wall has caught up; behind by up to 60 s it follows at once; behind by
 * more it waits for somebody to confirm (a wrong year in every record is worse than a late clock).
 */
export interface StationTime {
  /** UTC ms, whole; never less than any value returned before. */
  now(): number;
  /** Station time of a monotonic instant not older than a few seconds. */
  at(monotonic: number): number;
  /** Compares with the wall clock; to be called about once a second. Returns what belongs into the ledger, if anything. */
  check(): ClockBody | undefined;
  /** An administrator (or NTP) confirms that the wall clock is right. */
  confirm(): void;
  /** Wall clock minus station time, ms. */
  readonly offsetMs: number;
  readonly synchronized: boolean;
}

/** @param notBefore the latest station time ever recorded (UTC ms); time starts at it when the wall clock lies before. */
export function createStationTime(clock: Clock, notBefore = 0): StationTime {
  let anchor = Math.max(clock.wall(), notBefore);
  let anchorAt = clock.monotonic();
  let rate = 1;
  let returned = 0;
  let synchronized = Math.abs(clock.wall() - anchor) <= stepMs;
  let confirmed = false;

  const exact = (monotonic: number): number => anchor + (monotonic - anchorAt) * rate;
  const moveTo = (time: number, monotonic: number): void => {
    anchor = time;
    anchorAt = monotonic;
  };
  const offset = (): number => clock.wall() - exact(clock.monotonic());

  return {
    now() {
      returned = Math.max(returned, Math.floor(exact(clock.monotonic())));
      return returned;
    },
    at: (monotonic) => Math.floor(exact(monotonic)),
    confirm() {
      confirmed = true;
    },
    check() {
      const monotonic = clock.monotonic();
      const behind = offset();
      const wasSynchronized = synchronized;
      let stepped = Math.abs(behind) > stepMs;
      moveTo(exact(monotonic), monotonic);
      if (behind >= 0 && (behind <= followMs || confirmed)) {
        moveTo(anchor + behind, monotonic);
        rate = 1;
        synchronized = true;
      } else {
        rate = behind < 0 ? 1 - Math.min(greatestSlew, -behind / checkMs) : 1;
        synchronized = !stepped;
        // Said once, when it begins; while it lasts ClockOffsetMs tells.
        stepped &&= wasSynchronized;
      }
      confirmed = false;
      if (stepped) return { event: "stepped", offsetMs: Math.round(behind) };
      if (synchronized && !wasSynchronized) return { event: "synchronized", offsetMs: Math.round(offset()) };
      return undefined;
    },
    get offsetMs() {
      return Math.round(offset());
    },
    get synchronized() {
      return synchronized;
    },
  };
}
