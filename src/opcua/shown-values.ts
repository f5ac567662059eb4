import type { countVariables, minuteVariables } from "../../nodeset/variables.ts";
import { type Counts, defectRate, quality, triggersOf } from "../domain/counts.ts";
import { minuteMs } from "../projections/minutes.ts";
import type { ShownMinute } from "../projections/station-state.ts";

// What variables show, whoever shows it: the live address space and history have one table, so that they cannot differ.

/** There is no value; the name of the status code that says why (OPC 10000-4 §7.39). */
export interface Absent {
  readonly absent: "BadNoData" | "BadOutOfService";
}
export const noData: Absent = { absent: "BadNoData" };
export const outOfService: Absent = { absent: "BadOutOfService" };
/** A value, or why there is none. */
export type Shown<V extends boolean | number | string = boolean | number | string> = V | Absent;

export const countValues: { readonly [K in keyof typeof countVariables]: (counts: Counts) => number } = {
  UnitCount: (c) => c.units,
  PassCount: (c) => c.pass,
  FailCount: (c) => c.fail,
  InvalidCount: (c) => c.invalid,
  NotInspectedCount: (c) => c.notInspected,
  RejectedCount: (c) => c.rejected,
  TriggerCount: triggersOf,
  AbsentCount: (c) => c.absent,
  ChallengeCount: (c) => c.challenge,
  ReworkCount: (c) => c.rework,
  SampleCount: (c) => c.sample,
};

/** Counts of a minute in which the program did not run are unknown, not zero. */
export const inService =
  <V extends number>(value: (minute: ShownMinute) => Shown<V>) =>
  (minute: ShownMinute): Shown<V> =>
    minute.outOfService ? outOfService : value(minute);

export const minuteValues: {
  readonly [K in keyof typeof minuteVariables]: (minute: ShownMinute) => Shown<number>;
} = {
  MinuteNumber: (minute) => minute.minuteNumber,
  IntervalStart: (minute) => minute.start,
  IntervalEnd: (minute) => minute.start + minuteMs,
  UnitCount: inService(({ counts }) => counts.units),
  PassCount: inService(({ counts }) => counts.pass),
  FailCount: inService(({ counts }) => counts.fail),
  InvalidCount: inService(({ counts }) => counts.invalid),
  NotInspectedCount: inService(({ counts }) => counts.notInspected),
  DefectRate: inService(({ counts }) => defectRate(counts) ?? noData),
  Quality: inService(({ counts }) => quality(counts) ?? noData),
  UnitsPerMinute: inService(({ counts }) => counts.units),
};

/** Units of a minute whose worst defect is of a class. */
export const minuteDefects = (defectClass: string) => inService(({ defects }) => defects[defectClass] ?? 0);
