import type { PresenceParameters } from "../model/anomaly-graph.ts";

/** Averages a component picture [rows, columns, k] over squares of `pool` cells. */
export function coarsePicture(
  picture: Float32Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  pool: number,
): Float32Array {
  const k = picture.length / (rows * columns);
  const across = columns / pool;
  const coarse = new Float32Array((rows / pool) * across * k);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * k;
      const to = (Math.floor(row / pool) * across + Math.floor(column / pool)) * k;
      for (let i = 0; i < k; i++) coarse[to + i]! += picture[from + i]! / (pool * pool);
    }
  return coarse;
}

/** Learns the empty place from coarse pictures; distances are such that the mean good picture is at 1. */
export function learnPresence(
  empty: readonly Float32Array[],
  good: readonly Float32Array[],
  pool: number,
): PresenceParameters {
  const mean = meanOf(empty);
  return { pool, empty: mean, distance: squaredDistance(meanOf(good), mean) };
}

/** 0 = the empty place, 1 = as far from it as the mean good unit. */
export const presenceOf = (coarse: Float32Array, { empty, distance }: PresenceParameters): number =>
  squaredDistance(coarse, empty) / distance;

function meanOf(pictures: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(pictures[0]!.length);
  for (const picture of pictures) for (let i = 0; i < sum.length; i++) sum[i]! += picture[i]!;
  return Float32Array.from(sum, (s) => s / pictures.length);
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
