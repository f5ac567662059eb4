/** Days of the week in the order of `Date.getUTCDay`. */
export const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof weekdays)[number];

/** One line of a shift plan. A shift lasts until the next one of the plan begins. */
export interface PlannedShift {
  /** Name of the shift; "" = no shift from then on. */
  readonly id: string;
  /** Local time, `HH:MM`. */
  readonly start: string;
  /** Days on which it begins. */
  readonly days: readonly Weekday[];
}
export interface ShiftPlan {
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
  /** Not empty. */
  readonly shifts: readonly PlannedShift[];
}

/** A shift that was, is or will be. */
export interface Shift {
  readonly id: string;
  /** UTC ms. */
  readonly startedAt: number;
  /** UTC ms; the start of the next one. Across a change of the clocks a shift of 8 hours has 7 or 9. */
  readonly endsAt: number;
  /** The local date on which it began, `YYYY-MM-DD`; a night shift belongs to the day of its start. */
  readonly productionDay: string;
}

export interface ShiftCalendar {
  /** The shift at an instant (UTC ms). */
  at(time: number): Shift;
  /** Every shift that began after `from`, up to and with `to` (UTC ms), oldest first. */
  startedBetween(from: number, to: number): readonly Shift[];
}

const dayMs = 86_400_000;
/** Days around an instant that hold the shift before it and the one after it, whatever days a plan leaves out. */
const reachDays = 8;

/** A local time, written as the UTC ms that would read the same. */
type Reading = number;

/** What the clocks of a time zone show, and when they show it. Follows the ICU data of the Node that runs it. */
function clocksOf(timeZone: string): { reading(time: number): Reading; instant(reading: Reading): number } {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const reading = (time: number): Reading => {
    const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((time % 1_000) + 1_000) % 1_000);
  };
  const offsetAt = (time: number): number => reading(time) - time;
  return {
    reading,
    /** A time that the clocks show twice is its first; one that they leave out is read with the offset before (RFC 5545 §3.3.5). */
    instant(wanted) {
      const before = wanted - offsetAt(wanted - dayMs);
      const after = wanted - offsetAt(wanted + dayMs);
      const shown = [before, after].filter((time) => reading(time) === wanted);
      return shown.length > 0 ? Math.min(...shown) : before;
    },
  };
}

/** @throws RangeError for a time zone that this Node does not know, or a plan without a shift */
export function createShiftCalendar({ timeZone, shifts }: ShiftPlan): ShiftCalendar {
  if (shifts.every(({ days }) => days.length === 0)) throw new RangeError("a shift plan needs at least one shift");
  const { reading, instant } = clocksOf(timeZone);

  /** Starts on the local days from `from` to `to` with `reachDays` around them, oldest first. */
  const startsAround = (from: number, to: number): Omit<Shift, "endsAt">[] => {
    const midnight = (time: number): Reading => Math.floor(reading(time) / dayMs) * dayMs;
    const starts: Omit<Shift, "endsAt">[] = [];
    for (let day = midnight(from) - reachDays * dayMs; day <= midnight(to) + reachDays * dayMs; day += dayMs) {
      const weekday = weekdays[new Date(day).getUTCDay()]!;
      const productionDay = new Date(day).toISOString().slice(0, 10);
      for (const { id, start, days } of shifts) {
        if (!days.includes(weekday)) continue;
        const [hours = 0, minutes = 0] = start.split(":").map(Number);
        starts.push({ id, startedAt: instant(day + (hours * 60 + minutes) * 60_000), productionDay });
      }
    }
    return starts.sort((a, b) => a.startedAt - b.startedAt);
  };
  /** With their ends; two that a change of the clocks moves to one instant leave the later of the plan. */
  const shiftsAround = (from: number, to: number): Shift[] => {
    const starts = startsAround(from, to);
    return starts.flatMap((start, n) => {
      const endsAt = starts[n + 1]?.startedAt;
      return endsAt === undefined || endsAt === start.startedAt ? [] : [{ ...start, endsAt }];
    });
  };

  return {
    at: (time) => shiftsAround(time, time).findLast(({ startedAt }) => startedAt <= time)!,
    startedBetween: (from, to) => shiftsAround(from, to).filter(({ startedAt }) => startedAt > from && startedAt <= to),
  };
}
