/** A said probability and what was true. */
export interface Forecast {
  /** 0..1. */
  readonly probability: number;
  readonly isBad: boolean;
}
/** One tenth of the probability scale; empty ones are left out. */
export interface ReliabilityBin {
  /** Mean of what was said, 0..1. */
  readonly said: number;
  /** Share that was bad, 0..1. */
  readonly isTrue: number;
  readonly count: number;
}

const tenths = 10;

export function reliabilityBins(forecasts: readonly Forecast[]): readonly ReliabilityBin[] {
  const byTenth = Map.groupBy(forecasts, ({ probability }) => Math.min(tenths - 1, Math.floor(probability * tenths)));
  return [...byTenth.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, list]) => ({
      said: list.reduce((sum, f) => sum + f.probability, 0) / list.length,
      isTrue: list.filter((f) => f.isBad).length / list.length,
      count: list.length,
    }));
}

/** Expected calibration error: how far, on average, what was said is from what was true. 0..1. */
export const calibrationError = (forecasts: readonly Forecast[]): number =>
  reliabilityBins(forecasts).reduce((sum, b) => sum + (b.count / forecasts.length) * Math.abs(b.said - b.isTrue), 0);

/** Mean squared error of the probability. 0..1. */
export const brierScore = (forecasts: readonly Forecast[]): number =>
  forecasts.reduce((sum, f) => sum + (f.probability - (f.isBad ? 1 : 0)) ** 2, 0) / forecasts.length;
