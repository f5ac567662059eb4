import { StatusCodes } from "node-opcua";
import {
  countVariables,
  defectClassVariables,
  driftVariables,
  minuteVariables,
  periodVariables,
  rollingVariables,
  shiftVariables,
  timingVariables,
} from "../../../nodeset/variables.ts";
import { type Counts, defectRate, quality } from "../../domain/counts.ts";
import type { DriftFigure } from "../../domain/taught.ts";
import { driftsOf, farthest } from "../../projections/drift.ts";
import { lastMillisecondOf, minuteMs } from "../../projections/minutes.ts";
import { rollingRates } from "../../projections/rolling.ts";
import type { ShownMinute } from "../../projections/station-state.ts";
import { percentile } from "../../projections/timing.ts";
import { type Cause, type Group, group, type Known, type ValuesOf } from "../binding.ts";
import { countValues, minuteDefects, minuteValues, type Shown } from "../shown-values.ts";
import { type StationSnapshot, timeOf } from "../snapshot.ts";
import { staleQuality } from "./status.ts";

/** A minute is overdue when the one after it should have been closed for this long, ms. */
const overdueMs = 10_000;

/** The same table with every function changed. */
const mapValues = <K extends string, A, B>(table: Readonly<Record<K, A>>, change: (value: A) => B): Record<K, B> =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value as A)])) as Record<K, B>;

const known = (shown: Shown<number>): Known<number> => (typeof shown === "object" ? StatusCodes[shown.absent] : shown);

type CountsOf = (snapshot: StationSnapshot) => Counts | undefined;
const ifKnown =
  <V>(counts: CountsOf, value: (counts: Counts) => Known<V>) =>
  (snapshot: StationSnapshot): Known<V> => {
    const known = counts(snapshot);
    return known && value(known);
  };
const countRows = (counts: CountsOf): ValuesOf<typeof countVariables> =>
  mapValues(countValues, (value) => ifKnown(counts, value));
const rateOr = (rate: number | undefined) => rate ?? StatusCodes.BadNoData;

/** At the end of a minute the totals belong to that minute; in between, to the newest entry. */
const countedAt = (s: StationSnapshot, cause: Cause): number =>
  cause === "minute" && s.state.lastMinute ? lastMillisecondOf(s.state.lastMinute) : s.state.lastTime;

const periodGroup = (
  path: string,
  period: (
    s: StationSnapshot,
  ) => { readonly name: string; readonly counts: Counts; readonly since: number } | undefined,
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
        ...countRows((s) => period(s)?.counts),
        DefectRate: ifKnown(
          (s) => period(s)?.counts,
          (c) => rateOr(defectRate(c)),
        ),
        Quality: ifKnown(
          (s) => period(s)?.counts,
          (c) => rateOr(quality(c)),
        ),
        StartedAt: (s) => period(s)?.since || undefined,
        Name: (s) => period(s)?.name,
      },
    },
  );

const ofLastMinute =
  (value: (minute: ShownMinute) => Shown<number>) =>
  ({ state: { lastMinute } }: StationSnapshot): Known<number> =>
    lastMinute && known(value(lastMinute));

export const minuteGroup = group("Statistics/LastMinute", minuteVariables, {
  on: { minute: "always", down: "always", vitals: "changed" },
  at: ({ state: { lastMinute } }) => (lastMinute ? lastMillisecondOf(lastMinute) : 0),
  quality: (s) => {
    const minute = s.state.lastMinute;
    const isOverdue = minute && timeOf(s) > minute.start + 2 * minuteMs + overdueMs;
    return isOverdue ? StatusCodes.UncertainLastUsableValue : undefined;
  },
  values: mapValues(minuteValues, ofLastMinute),
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
        values: { LastMinuteCount: ofLastMinute(minuteDefects(name)) },
      },
    ),
  ];
};

const timing = (values: (s: StationSnapshot) => readonly number[], percent: number) => (s: StationSnapshot) =>
  percentile(values(s), percent);

/** Units below which a figure says nothing yet. */
const driftFrom = 20;
const driftRatio = (figure: DriftFigure) => (s: StationSnapshot) =>
  farthest(driftsOf(s.state.drift, driftFrom), figure)?.ratio;

export const statisticsGroups = (defectClasses: readonly string[]): Group[] => [
  group("Statistics/Total", countVariables, {
    on: { page: "changed", minute: "always", vitals: "changed" },
    at: countedAt,
    quality: staleQuality,
    // Nothing counted is a known zero once the station has begun; before, nobody knows.
    values: countRows(({ state }) => (state.lastTime > 0 ? state.total : undefined)),
  }),
  periodGroup("Statistics/Lot", ({ state: { lot } }) => lot && { ...lot, name: lot.lot, since: lot.startedAt }),
  periodGroup("Statistics/Shift", ({ state }) =>
    state.lastTime > 0 ? { ...state.shift, since: state.shift.countedFrom } : undefined,
  ),
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
  group("Statistics/Drift", driftVariables, {
    on: { page: "changed", vitals: "changed" },
    at: timeOf,
    quality: staleQuality,
    values: { Score: driftRatio("score"), Brightness: driftRatio("brightness"), Sharpness: driftRatio("sharpness") },
  }),
];
