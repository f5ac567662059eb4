import { type Counts, countUnit, noCounts } from "../domain/counts.ts";
import type { MinuteBody } from "../domain/ledger-entry.ts";
import type { UnitRecord } from "../domain/unit-record.ts";

export const minuteMs = 60_000;
/** Minutes since 1970 of an instant (UTC ms). UTC has no leap seconds here, as in POSIX. */
export const minuteOf = (time: number): number => Math.floor(time / minuteMs);
/** The last millisecond of a minute, so that its values fall into its own hour. */
export const lastMillisecondOf = ({ start }: Pick<MinuteBody, "start">): number => start + minuteMs - 1;

/** What a minute has gathered so far. */
export interface OpenMinute {
  readonly minuteNumber: number;
  readonly counts: Counts;
  readonly defects: Readonly<Record<string, number>>;
  readonly downMs: number;
}
export const openMinute = (minuteNumber: number): OpenMinute => ({
  minuteNumber,
  counts: noCounts,
  defects: {},
  downMs: 0,
});

/** Adds one to the class of the unit's first (worst) defect; other outcomes leave the table as it is. */
export function countDefect(
  defects: Readonly<Record<string, number>>,
  { unitKind, verdict }: Pick<UnitRecord, "unitKind" | "verdict">,
): Readonly<Record<string, number>> {
  if (unitKind !== "production" || verdict.kind !== "fail") return defects;
  const name = verdict.defects[0].class;
  return { ...defects, [name]: (defects[name] ?? 0) + 1 };
}

export const addToMinute = (minute: OpenMinute, unit: UnitRecord): OpenMinute => ({
  ...minute,
  counts: countUnit(minute.counts, unit.unitKind, unit.verdict.kind),
  defects: countDefect(minute.defects, unit),
});

/** @param total counts since the beginning of the ledger, as of the minute's end */
export const closeMinute = ({ minuteNumber, counts, defects, downMs }: OpenMinute, total: Counts): MinuteBody => ({
  minuteNumber,
  start: minuteNumber * minuteMs,
  counts,
  defects,
  downMs,
  total,
});
