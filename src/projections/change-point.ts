/**
 * When does a rate of defects change? A sequential likelihood-ratio test (Wald's, in the form of Page's CUSUM) of "as
 * always" against "as in a run". Pure arithmetic on the order of units; times play no part, so a slow line and a fast one
 * are judged alike. Why these numbers: docs/decisions, "Runs of defects".
 */
export interface Rates {
  /** Logarithm of the likelihood ratio of a unit with the defect (> 0) and of one without (< 0). */
  readonly hit: number;
  readonly miss: number;
}

/** Evidence that a run has begun, and that it is over; natural logarithms. */
const begins = 13;
const ends = 9;
/** Half the 95 % quantile of χ² with one degree of freedom: edges within it are as good as not told apart. */
const within = 1.92;

/** @param baseline share of the class among decided units, 0..1; kept between 0.2 % and 20 % */
export function ratesOf(baseline: number): Rates {
  const usual = Math.min(Math.max(baseline, 0.002), 0.2);
  const run = Math.min(0.8, Math.max(0.3, 3 * usual));
  return { hit: Math.log(run / usual), miss: Math.log((1 - run) / (1 - usual)) };
}

/** The evidence after one more unit; it never falls below nothing. `ending`: evidence that a run is over. */
export function scored(score: number, isDefect: boolean, { hit, miss }: Rates, ending: boolean): number {
  const step = isDefect ? hit : miss;
  return Math.max(0, score + (ending ? -step : step));
}

export const isOnset = (score: number): boolean => score >= begins;
export const stillRuns = (score: number): boolean => score < ends;

export interface Edge {
  /** Of the unit at which the change is most likely. */
  readonly index: number;
  /** Sequences between which the edge lies. */
  readonly bound: readonly [earliest: number, latest: number];
}

/** The most likely edge of a run among `units`, oldest first, and how far it may be off: `begin` seen from the newest unit backwards, `end` from the oldest on. */
export function edgesOf(
  units: readonly { readonly sequence: number; readonly class: string }[],
  name: string,
  { hit, miss }: Rates,
  edge: "begin" | "end" = "begin",
): Edge {
  const order = units.map((_, i) => (edge === "begin" ? units.length - 1 - i : i));
  let sum = 0;
  const likelihood = new Array<number>(units.length);
  for (const i of order) {
    sum += units[i]!.class === name ? hit : miss;
    likelihood[i] = sum;
  }
  const best = Math.max(...likelihood);
  const near = units.filter((_, i) => likelihood[i]! >= best - within);
  return {
    index: Math.max(0, likelihood.indexOf(best)),
    bound: [near[0]?.sequence ?? 0, near.at(-1)?.sequence ?? 0],
  };
}
