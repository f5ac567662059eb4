import { isBad, isGood, isUncertain } from "./status.ts";

/** One value as aggregates see it. */
export interface Sample {
  readonly time: number;
  readonly value: boolean | number | string | undefined;
  readonly status: number;
}

/** The part of a time domain that one aggregate value stands for: `from` included, `to` excluded, UTC ms. */
export interface Interval {
  readonly from: number;
  readonly to: number;
  /** Start in the direction of the request: the timestamp of most aggregates. */
  readonly start: number;
  readonly end: number;
  /** Shorter than asked for. */
  readonly isCut: boolean;
}

/**
 * The n-th interval of a time domain (OPC 10000-13 §5.4.2.2, Table 12); backwards when the end is earlier. Nothing when
 * the domain has fewer.
 *
 * @param width processing interval, ms; 0 = one interval for the whole domain
 */
export function intervalOf(start: number, end: number, width: number, n: number): Interval | undefined {
  const range = Math.abs(end - start);
  const step = width === 0 || width > range ? range : width;
  if (n * step >= range) return undefined;
  const isCut = (n + 1) * step > range;
  const length = isCut ? range - n * step : step;
  if (end > start) {
    const from = start + n * step;
    return { from, to: from + length, start: from, end: from + length, isCut };
  }
  // Backwards it is the later end that belongs to the interval; instants are whole milliseconds.
  const last = start - n * step;
  return { from: last - length + 1, to: last + 1, start: last, end: last - length, isCut };
}

/** What an interval held, gathered value by value: nothing of it grows with their number. */
export interface Gathered {
  readonly good: number;
  readonly uncertain: number;
  readonly bad: number;
  readonly sum: number;
  readonly minimum: Extreme | undefined;
  readonly maximum: Extreme | undefined;
  /** An Uncertain value below the minimum, or above the maximum. */
  readonly lowestUncertain: number;
  readonly highestUncertain: number;
  readonly first: Sample | undefined;
  readonly last: Sample | undefined;
  /** How long a value of that kind held, ms. */
  readonly goodMs: number;
  readonly uncertainMs: number;
  readonly badMs: number;
  /** Sum of value · ms over the time that counts as good. */
  readonly integral: number;
  readonly integralMs: number;
}
interface Extreme {
  readonly value: number;
  readonly time: number;
  /** The same value more than once. */
  readonly isMultiple: boolean;
}

export const nothing: Gathered = {
  good: 0,
  uncertain: 0,
  bad: 0,
  sum: 0,
  minimum: undefined,
  maximum: undefined,
  lowestUncertain: Number.POSITIVE_INFINITY,
  highestUncertain: Number.NEGATIVE_INFINITY,
  first: undefined,
  last: undefined,
  goodMs: 0,
  uncertainMs: 0,
  badMs: 0,
  integral: 0,
  integralMs: 0,
};

const extreme = (known: Extreme | undefined, value: number, time: number, isBeyond: boolean): Extreme =>
  !known || isBeyond
    ? { value, time, isMultiple: false }
    : value === known.value
      ? { ...known, isMultiple: true }
      : known;

/** One more raw value inside the interval. */
export function withSample(g: Gathered, sample: Sample): Gathered {
  const { status, time } = sample;
  const value = Number(sample.value);
  const seen = { ...g, first: g.first ?? sample, last: sample };
  if (isBad(status)) return { ...seen, bad: g.bad + 1 };
  if (isUncertain(status))
    return {
      ...seen,
      uncertain: g.uncertain + 1,
      lowestUncertain: Math.min(g.lowestUncertain, value),
      highestUncertain: Math.max(g.highestUncertain, value),
    };
  return {
    ...seen,
    good: g.good + 1,
    sum: g.sum + value,
    minimum: extreme(g.minimum, value, time, value < (g.minimum?.value ?? Number.POSITIVE_INFINITY)),
    maximum: extreme(g.maximum, value, time, value > (g.maximum?.value ?? Number.NEGATIVE_INFINITY)),
  };
}

/** For so many ms the value held that came last; none at all counts as bad (OPC 10000-13 §5.4.3.31). */
export function withRegion(g: Gathered, held: Sample | undefined, ms: number, treatUncertainAsBad: boolean): Gathered {
  if (ms <= 0) return g;
  if (!held || isBad(held.status)) return { ...g, badMs: g.badMs + ms };
  const counts = isGood(held.status) || !treatUncertainAsBad;
  const weighed = counts
    ? { integral: g.integral + Number(held.value) * ms, integralMs: g.integralMs + ms }
    : undefined;
  return isGood(held.status)
    ? { ...g, ...weighed, goodMs: g.goodMs + ms }
    : { ...g, ...weighed, uncertainMs: g.uncertainMs + ms };
}
