/** How many of the newest units the percentiles speak of. */
export const timingWindow = 512;

/** The newest `timingWindow` values, oldest first. */
export const addTiming = (values: readonly number[], value: number | undefined): readonly number[] =>
  value === undefined ? values : [...values.slice(values.length < timingWindow ? 0 : 1), Math.round(value * 100) / 100];

/** The value below which `percent` of 100 lie (nearest rank); `undefined` of nothing. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}
