import type { EntryDraft } from "../domain/ledger-entry.ts";
import { closeMinute, minuteMs, minuteOf, openMinute } from "../projections/minutes.ts";
import type { StationState } from "../projections/station-state.ts";
import type { Sequencer } from "./sequencer.ts";

/** Closes every minute once, behind all units triggered in it, and none twice. */
export interface MinuteCloser {
  /** UTC ms of the first millisecond that still has an open minute: nothing may be dated before it. */
  readonly openFrom: number;
  /** Closes all minutes that ended before `now` (station time, UTC ms), also the empty ones. */
  closeUntil(now: number): void;
  /**
   * Nobody watched from `from` to `to`: the minute that the end interrupted is closed with what it has, the minutes
   * without any watch are left to the `down` entry.
   */
  skip(from: number, to: number): void;
}

export function createMinuteCloser(sequencer: Sequencer, now: number): MinuteCloser {
  let minute = sequencer.state.minute?.minuteNumber ?? minuteOf(now);

  const close = (number: number, downFrom?: number): void =>
    sequencer.push({
      ready: () => true,
      produce: (state: StationState): EntryDraft[] => {
        const gathered = state.minute?.minuteNumber === number ? state.minute : openMinute(number);
        const end = (number + 1) * minuteMs;
        const unwatched = downFrom === undefined ? 0 : end - Math.max(downFrom, number * minuteMs);
        const body = closeMinute({ ...gathered, downMs: Math.min(minuteMs, gathered.downMs + unwatched) }, state.total);
        return [{ station: state.station, kind: "minute", time: end - 1, by: "line", body }];
      },
    });

  return {
    get openFrom() {
      return minute * minuteMs;
    },
    closeUntil(time) {
      for (; minute < minuteOf(time); minute++) close(minute);
    },
    skip(from, to) {
      if (minute >= minuteOf(to)) return;
      for (; minute < minuteOf(from); minute++) close(minute);
      close(minute, from);
      minute = minuteOf(to);
    },
  };
}
