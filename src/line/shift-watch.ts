import type { EntryDraft, ShiftBody } from "../domain/ledger-entry.ts";
import type { Shift, ShiftCalendar } from "../domain/shift-calendar.ts";
import { isInShift, type StationState } from "../projections/station-state.ts";
import type { Sequencer } from "./sequencer.ts";

/** Puts the boundaries of the shift calendar into the line's order; a shift that the context names comes before it. */
export interface ShiftWatch {
  /** Writes what the calendar says now, and the shifts that began since the station's last entry. To be called once, first. */
  start(now: number): void;
  /** Writes the boundaries up to `time` (station time, UTC ms). To be called before a unit takes its place, and with each tick. */
  passUntil(time: number): void;
  /** The entry with which the calendar takes over from a context that no longer names a shift. */
  takeOver(state: StationState, time: number): readonly EntryDraft[];
}

/** Boundaries of a longer pause than this are not written one by one, ms. */
const longestPauseMs = 7 * 86_400_000;

const byCalendar = ({ id, startedAt, productionDay }: Shift): ShiftBody => ({
  source: "calendar",
  shift: id,
  startedAt,
  productionDay,
});

/** @param calendar absent when the site has no shift plan: then only contexts name shifts */
export function createShiftWatch(calendar: ShiftCalendar | undefined, sequencer: Sequencer): ShiftWatch {
  let current: Shift | undefined;
  const draft = (state: StationState, body: ShiftBody, time: number): EntryDraft => ({
    station: state.station,
    kind: "shift",
    time,
    by: "line",
    body,
  });
  const write = (body: ShiftBody, time: number): void =>
    sequencer.push({
      ready: () => true,
      produce: (state) =>
        state.context.shift !== "" || isInShift(state.shift, body)
          ? []
          : // Never before what is written already: after a pause the boundary may lie far back; `startedAt` says where.
            [draft(state, body, Math.max(time, state.lastTime))],
    });

  return {
    start(now) {
      const { lastTime, shift, context } = sequencer.state;
      if (!calendar) {
        // The plan was taken out of the configuration: nobody says any more which shift it is.
        if (shift.byCalendar)
          write({ source: "context", shift: context.shift, startedAt: now, productionDay: "" }, now);
        return;
      }
      current = calendar.at(now);
      const missed = lastTime > 0 ? calendar.startedBetween(Math.max(lastTime, now - longestPauseMs), now) : [];
      for (const begun of missed.length > 0 ? missed : [current]) write(byCalendar(begun), now);
    },
    passUntil(time) {
      if (!calendar || !current || time < current.endsAt) return;
      const from = Math.max(current.startedAt, time - longestPauseMs);
      for (const begun of calendar.startedBetween(from, time)) write(byCalendar(begun), begun.startedAt);
      current = calendar.at(time);
    },
    takeOver(state, time) {
      if (!calendar) return [];
      const body = byCalendar(calendar.at(time));
      return isInShift(state.shift, body) ? [] : [draft(state, body, time)];
    },
  };
}
