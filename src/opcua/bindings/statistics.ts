import { StatusCodes } from "node-opcua";
import {
  countVariables,
  defectClassVariables,
  minuteVariables,
  periodVariables,
  rollingVariables,
  shiftVariables,
  timingVariables,
} from "../../../nodeset/variables.ts";
import { type Counts, defectRate, quality, triggersOf } from "../../domain/counts.ts";
import { lastMillisecondOf, minuteMs } from "../../projections/minutes.ts";
import { rollingRates } from "../../projections/rolling.ts";
import type { ShownMinute } from "../../projections/station-state.ts";
import { percentile } from "../../projections/timing.ts";
import { type Cause, type Group, group, type Known, type ValuesOf } from "../binding.ts";
import { type StationSnapshot, timeOf } from "../snapshot.ts";
import { staleQuality } from "./status.ts";

/** A minute is overdue when the one after it should have been closed for this long, ms. */
const overdueMs = 10_000;

type CountsOf = (snapshot: StationSnapshot) => Counts | undefined;
const ifKnown =
  <V>(counts: CountsOf, value: (counts: Counts) => Known<V>) =>
  (snapshot: StationSnapshot): Known<V> => {
    const known = counts(snapshot);
    return known && value(known);
  };
const countValues = (counts: CountsOf): ValuesOf<typeof countVariables> => ({
  UnitCount: ifKnown(counts, (c) => c.units),
  PassCount: ifKnown(counts, (c) => c.pass),
  FailCount: ifKnown(counts, (c) => c.fail),
  InvalidCount: ifKnown(counts, (c) => c.invalid),
  NotInspectedCount: ifKnown(counts, (c) => c.notInspected),
  RejectedCount: ifKnown(counts, (c) => c.rejected),
  TriggerCount: ifKnown(counts, triggersOf),
  AbsentCount: ifKnown(counts, (c) => c.absent),
  ChallengeCount: ifKnown(counts, (c) => c.challenge),
  ReworkCount: ifKnown(counts, (c) => c.rework),
  SampleCount: ifKnown(counts, (c) => c.sample),
});
const rateOr = (rate: number | undefined) => rate ?? StatusCodes.BadNoData;

/** At the end of a minute the totals belong to that minute; in between, to the newest entry. */
const countedAt = (s: StationSnapshot, cause: Cause): number =>
  cause === "minute" && s.state.lastMinute ? lastMillisecondOf(s.state.lastMinute) : s.state.lastTime;

const periodGroup = (
  path: string,
  period: (
    s: StationSnapshot,
  ) => { readonly name: string; readonly counts: Counts; readonly startedAt: number } | undefined,
): Group =>
  group(
    path,
    { ...countVariables, ...periodVariables },
    {
      on: {
        page: "changed",
        lot: "changed",
        context: "changed",
        shift: "changed",
        minute: "always",
        vitals: "changed",
      },
      at: countedAt,
      quality: staleQuality,
      values: {
        ...countValues((s) => period(s)?.counts),
        DefectRate: ifKnown(
          (s) => period(s)?.counts,
          (c) => rateOr(defectRate(c)),
        ),
        Quality: ifKnown(
          (s) => period(s)?.counts,
          (c) => rateOr(quality(c)),
        ),
        StartedAt: (s) => period(s)?.startedAt || undefined,
        Name: (s) => period(s)?.name,
      },
    },
  );

/** Counts of a minute in which the program did not run are unknown, not zero. */
const inService =
  <V>(value: (minute: ShownMinute) => Known<V>) =>
  (s: StationSnapshot): Known<V> => {
    const minute = s.state.lastMinute;
    return minute && (minute.outOfService ? StatusCodes.BadOutOfService : value(minute));
  };

export const minuteGroup = group("Statistics/LastMinute", minuteVariables, {
  on: { minute: "always", down: "always", vitals: "changed" },
  at: ({ state: { lastMinute } }) => (lastMinute ? lastMillisecondOf(lastMinute) : 0),
  quality: (s) => {
    const minute = s.state.lastMinute;
    const isOverdue = minute && timeOf(s) > minute.start + 2 * minuteMs + overdueMs;
    return isOverdue ? StatusCodes.UncertainLastUsableValue : undefined;
  },
  values: {
    MinuteNumber: ({ state }) => state.lastMinute?.minuteNumber,
    IntervalStart: ({ state }) => state.lastMinute?.start,
    IntervalEnd: ({ state: { lastMinute } }) => lastMinute && lastMinute.start + minuteMs,
    UnitCount: inService(({ counts }) => counts.units),
    PassCount: inService(({ counts }) => counts.pass),
    FailCount: inService(({ counts }) => counts.fail),
    InvalidCount: inService(({ counts }) => counts.invalid),
    NotInspectedCount: inService(({ counts }) => counts.notInspected),
    DefectRate: inService(({ counts }) => rateOr(defectRate(counts))),
    Quality: inService(({ counts }) => rateOr(quality(counts))),
    UnitsPerMinute: inService(({ counts }) => counts.units),
  },
});

const rates = (s: StationSnapshot) =>
  s.state.lastUnit && rollingRates(s.state.rolling, timeOf(s), s.setup.rollingWindowSeconds);

const defectClassGroups = (name: string): Group[] => {
  const { LotCount, LastMinuteCount } = defectClassVariables;
  return [
    group(
      `Statistics/DefectClass/${name}`,
      { LotCount },
      {
        on: { page: "changed", lot: "changed" },
        at: countedAt,
        values: { LotCount: ({ state: { lot } }) => lot && (lot.defects[name] ?? 0) },
      },
    ),
    group(
      `Statistics/DefectClass/${name}`,
      { LastMinuteCount },
      {
        on: { minute: "always", down: "always" },
        at: minuteGroup.at,
        values: { LastMinuteCount: inService(({ defects }) => defects[name] ?? 0) },
      },
    ),
  ];
};

const timing = (values: (s: StationSnapshot) => readonly number[], percent: number) => (s: StationSnapshot) =>
  percentile(values(s), percent);

export const statisticsGroups = (defectClasses: readonly string[]): Group[] => [
  group("Statistics/Total", countVariables, {
    on: { page: "changed", minute: "always", vitals: "changed" },
    at: countedAt,
    quality: staleQuality,
    // Nothing counted is a known zero once the station has begun; before, nobody knows.
    values: countValues(({ state }) => (state.lastTime > 0 ? state.total : undefined)),
  }),
  periodGroup("Statistics/Lot", ({ state: { lot } }) => lot && { ...lot, name: lot.lot }),
  periodGroup("Statistics/Shift", ({ state }) => (state.lastTime > 0 ? state.shift : undefined)),
  group("Statistics/Shift", shiftVariables, {
    on: { shift: "changed", context: "changed", page: "changed" },
    at: countedAt,
    values: { ProductionDay: ({ state: { shift } }) => shift.productionDay || StatusCodes.BadNoData },
  }),
  minuteGroup,
  group("Statistics/Rolling", rollingVariables, {
    on: { page: "changed", vitals: "changed" },
    at: timeOf,
    quality: staleQuality,
    values: {
      WindowSeconds: ({ setup }) => setup.rollingWindowSeconds,
      DefectRate: (s) => {
        const now = rates(s);
        return now && rateOr(now.defectRate);
      },
      Quality: (s) => {
        const now = rates(s);
        return now && rateOr(now.quality);
      },
      UnitsPerMinute: (s) => rates(s)?.unitsPerMinute,
    },
  }),
  ...defectClasses.flatMap(defectClassGroups),
  group("Statistics/Timing", timingVariables, {
    on: { vitals: "changed" },
    at: timeOf,
    quality: staleQuality,
    values: {
      InferenceP50Ms: timing(({ state }) => state.inferenceMs, 50),
      InferenceP99Ms: timing(({ state }) => state.inferenceMs, 99),
      LatencyP50Ms: timing(({ state }) => state.latencyMs, 50),
      LatencyP99Ms: timing(({ state }) => state.latencyMs, 99),
      MissedTriggerCount: ({ vitals }) => vitals?.missedTriggers,
    },
  }),
];
