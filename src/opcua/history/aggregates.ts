import type { ScalarName } from "../../../nodeset/model.ts";
import type { AggregateSettings } from "./aggregate-defaults.ts";
import type { Gathered, Interval, Sample } from "./interval.ts";
import { calculated, codes, isBad, isGood, isUncertain, multipleValues, partial } from "./status.ts";

/** One interval with everything that an aggregate may ask of it. */
export interface Facts {
  readonly interval: Interval;
  readonly gathered: Gathered;
  readonly settings: AggregateSettings;
  /** The variable's own. */
  readonly dataType: ScalarName;
  /** Cut short by the request, by the begin or by the end of the data (OPC 10000-13 §5.3.3.2). */
  readonly isPartial: boolean;
  /** Length of what the data cover up to their end, ms. */
  readonly coveredMs: number;
  /** Simple bounding values (§3.1.9) at start and end; only where the aggregate's row asks for them. */
  readonly bounds?: readonly [start: Sample, end: Sample];
}

export interface Outcome {
  readonly time: number;
  readonly value: boolean | number | string | undefined;
  readonly status: number;
  /** Where it is not the variable's own. */
  readonly dataType?: ScalarName;
}

interface AggregateRow {
  /** Identifier of its AggregateFunction object in namespace 0. */
  readonly id: number;
  /** Whether text, truth and instants have one too. */
  readonly takes: "numbers" | "anything";
  /** `instant`: the value at the start, found with interpolated bounds. `bounds`, `values`: computed from these. */
  readonly from: "instant" | "bounds" | "values";
  readonly of: (facts: Facts) => Outcome;
}

const noData = ({ interval }: Facts): Outcome => ({ time: interval.start, value: undefined, status: codes.BadNoData });
const bit = ({ isPartial }: Facts): number => (isPartial ? partial : 0);

/**
 * Status of a result by the shares of bad and good data (§5.4.3.2.1). Where the two limits meet, the one for good data
 * decides (§4.2.1.2).
 */
function judged(good: number, bad: number, { percentDataBad, percentDataGood }: AggregateSettings): number {
  const all = good + bad;
  if (bad === 0) return codes.Good;
  const isEnough = (100 * good) / all >= percentDataGood;
  if (percentDataGood === 100 - percentDataBad) return isEnough ? codes.Good : codes.Bad;
  if ((100 * bad) / all >= percentDataBad) return codes.Bad;
  return isEnough ? codes.Good : codes.UncertainDataSubNormal;
}

/** Of an aggregate that counts values. */
const byValues = ({ gathered: g, settings }: Facts): number =>
  settings.treatUncertainAsBad
    ? judged(g.good, g.uncertain + g.bad, settings)
    : worseWhen(g.uncertain > 0, judged(g.good + g.uncertain, g.bad, settings));
/** Of an aggregate that weighs time; what the data do not cover is bad. */
const byTime = ({ gathered: g, settings, interval }: Facts): number => {
  const width = interval.to - interval.from;
  const good = g.goodMs + (settings.treatUncertainAsBad ? 0 : g.uncertainMs);
  return worseWhen(!settings.treatUncertainAsBad && g.uncertainMs > 0, judged(good, width - good, settings));
};
const worseWhen = (isUncertainInside: boolean, status: number): number =>
  isUncertainInside && isGood(status) ? codes.UncertainDataSubNormal : status;

const withStatus = (facts: Facts, status: number, value: number, dataType?: ScalarName): Outcome => ({
  time: facts.interval.start,
  value: isBad(status) ? undefined : value,
  status: (status | calculated | bit(facts)) >>> 0,
  ...(dataType && { dataType }),
});

/** §5.4.3.10, §5.4.3.11: the least or greatest Good value, raw where it lies at the start. */
const extremeOf =
  (which: "minimum" | "maximum") =>
  (facts: Facts): Outcome => {
    const { gathered: g, interval } = facts;
    const found = g[which];
    if (!found) return noData(facts);
    const isBeyond = which === "minimum" ? g.lowestUncertain < found.value : g.highestUncertain > found.value;
    const doubtful = g.bad > 0 || isBeyond || (facts.settings.treatUncertainAsBad && g.uncertain > 0);
    const isRaw = found.time === interval.start && !doubtful;
    return {
      time: interval.start,
      value: found.value,
      status:
        (doubtful ? codes.UncertainDataSubNormal : codes.Good) |
        (isRaw ? 0 : calculated) |
        (found.isMultiple ? multipleValues : 0) |
        bit(facts),
    };
  };

/** §5.4.3.25, §5.4.3.26: the first or last raw value with its own status and time. */
const edge =
  (which: "first" | "last", whichBackwards: "first" | "last") =>
  (facts: Facts): Outcome => {
    const { gathered, interval } = facts;
    const sample = gathered[interval.end < interval.start ? whichBackwards : which];
    if (!sample) return noData(facts);
    const { time, value, status } = sample;
    return { time, value: isBad(status) ? undefined : value, status: (status | bit(facts)) >>> 0 };
  };

const timeAverage = ({ gathered: { integral, integralMs } }: Facts): number => integral / integralMs;

/** Aggregate → how it is computed. What has no row is not served. */
export const aggregates = {
  Interpolative: { id: 2341, takes: "anything", from: "instant", of: noData },
  Average: {
    id: 2342,
    takes: "numbers",
    from: "values",
    of(facts) {
      const { good, sum } = facts.gathered;
      // It is of its values, not of the interval: never partial (§5.4.3.5).
      const whole = { ...facts, isPartial: false };
      return good === 0 ? noData(facts) : withStatus(whole, byValues(facts), sum / good, "Double");
    },
  },
  TimeAverage2: {
    id: 11_285,
    takes: "numbers",
    from: "values",
    of: (facts) =>
      facts.gathered.integralMs === 0 ? noData(facts) : withStatus(facts, byTime(facts), timeAverage(facts), "Double"),
  },
  /** A time integral (value · s), not a sum: counts per period are DeltaBounds. */
  Total2: {
    id: 11_304,
    takes: "numbers",
    from: "values",
    of: (facts) =>
      facts.gathered.integralMs === 0
        ? noData(facts)
        : withStatus(facts, byTime(facts), facts.gathered.integral / 1_000, "Double"),
  },
  Minimum: { id: 2346, takes: "numbers", from: "values", of: extremeOf("minimum") },
  Maximum: { id: 2347, takes: "numbers", from: "values", of: extremeOf("maximum") },
  Count: {
    id: 2352,
    takes: "anything",
    from: "values",
    of: (facts) => withStatus(facts, byValues(facts), facts.gathered.good, "Int32"),
  },
  Start: { id: 2357, takes: "anything", from: "values", of: edge("first", "last") },
  End: { id: 2358, takes: "anything", from: "values", of: edge("last", "first") },
  DeltaBounds: {
    id: 11_507,
    takes: "numbers",
    from: "bounds",
    of(facts) {
      const [start, end] = facts.bounds!;
      if (isBad(start.status) || isBad(end.status)) return noData(facts);
      const delta = Number(end.value) - Number(start.value);
      const doubtful = isUncertain(start.status) || isUncertain(end.status);
      return {
        time: facts.interval.start,
        value: delta,
        status: (doubtful ? codes.UncertainDataSubNormal : codes.Good) | calculated | bit(facts),
        // A counter that falls needs a sign; every other number has one.
        ...(delta < 0 && facts.dataType === "UInt32" && { dataType: "Int32" as const }),
      };
    },
  },
  DurationGood: {
    id: 2360,
    takes: "anything",
    from: "values",
    of: (facts) => withStatus(facts, codes.Good, facts.gathered.goodMs, "Double"),
  },
  PercentGood: {
    id: 2362,
    takes: "anything",
    from: "values",
    of: (facts) => withStatus(facts, codes.Good, (100 * facts.gathered.goodMs) / facts.coveredMs, "Double"),
  },
} as const satisfies Readonly<Record<string, AggregateRow>>;
export type AggregateName = keyof typeof aggregates;
export const aggregateRow = (name: AggregateName): AggregateRow => aggregates[name];
