import type { Picture } from "../picture.ts";
import type { Point } from "../placement.ts";
import { solve } from "../solve.ts";

/** Turns a pixel into one number: 0 = looks like outside, 1 = looks like inside. Learned, because grey alone can be blind: dark red film on a dark green belt. */
export interface Contrast {
  /** Per channel. */
  readonly weights: readonly number[];
  readonly bias: number;
  /** Mean of what is outside, per channel. */
  readonly outside: readonly number[];
  /** Standard deviation of what is outside, along the weights. */
  readonly noise: number;
}

/** Variance that every channel has besides what the reference picture shows, levels²: no channel is believed blindly. */
const unseen = 16;

/**
 * The direction in colour that tells inside from outside while what varies outside (a shadow, the belt's weave) counts
 * least: Fisher's discriminant. @returns undefined when inside and outside look the same.
 */
export function learnContrast(
  picture: Picture,
  inside: readonly Point[],
  outside: readonly Point[],
): Contrast | undefined {
  const { channels } = picture;
  const [inner, outer] = [meanColour(picture, inside), meanColour(picture, outside)];
  const step = inner.map((value, c) => value - outer[c]!);
  const direction = solve(covariance(picture, outside, outer), Float64Array.from(step));
  const length = direction?.reduce((sum, d, c) => sum + d * step[c]!, 0) ?? 0;
  if (!direction || !(length > leastDistance ** 2)) return undefined;
  const weights = Array.from({ length: channels }, (_, c) => direction[c]! / length);
  const bias = -outer.reduce((sum, value, c) => sum + value * weights[c]!, 0);
  const squares = outside.reduce((sum, point) => sum + signalAt(picture, { weights, bias }, point) ** 2, 0);
  return { weights, bias, outside: outer, noise: Math.sqrt(squares / outside.length) };
}

/** Inside has to lie so many deviations from outside. */
const leastDistance = 2;

function covariance(picture: Picture, points: readonly Point[], mean: readonly number[]): Float64Array {
  const n = picture.channels;
  const result = new Float64Array(n * n);
  for (const point of points) {
    const at = offsetOf(picture, point);
    for (let a = 0; a < n; a++)
      for (let b = 0; b < n; b++)
        result[a * n + b]! += ((picture.data[at + a]! - mean[a]!) * (picture.data[at + b]! - mean[b]!)) / points.length;
  }
  for (let a = 0; a < n; a++) result[a * n + a]! += unseen;
  return result;
}

/** 0 = as outside, 1 = as inside, of the pixel that a point lies in. */
export function signalAt(
  picture: Picture,
  { weights, bias }: Pick<Contrast, "weights" | "bias">,
  point: Point,
): number {
  const at = offsetOf(picture, point);
  let sum = bias;
  for (let c = 0; c < weights.length; c++) sum += weights[c]! * picture.data[at + c]!;
  return sum;
}

function meanColour(picture: Picture, points: readonly Point[]): number[] {
  const sums = new Array<number>(picture.channels).fill(0);
  for (const point of points) {
    const at = offsetOf(picture, point);
    for (let c = 0; c < sums.length; c++) sums[c]! += picture.data[at + c]!;
  }
  return sums.map((sum) => sum / points.length);
}

/** Of the first channel; a point outside takes the border's pixel. */
function offsetOf({ width, height, channels }: Picture, { x, y }: Point): number {
  const column = Math.max(0, Math.min(width - 1, Math.floor(x)));
  const row = Math.max(0, Math.min(height - 1, Math.floor(y)));
  return (row * width + column) * channels;
}
