import type { Picture } from "../picture.ts";
import type { Point } from "../placement.ts";

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

/** @returns undefined when inside and outside look the same. */
export function learnContrast(
  picture: Picture,
  inside: readonly Point[],
  outside: readonly Point[],
): Contrast | undefined {
  const [inner, outer] = [meanColour(picture, inside), meanColour(picture, outside)];
  const step = inner.map((value, c) => value - outer[c]!);
  const length = step.reduce((sum, d) => sum + d * d, 0);
  if (!(length > 0)) return undefined;
  const weights = step.map((d) => d / length);
  const bias = -outer.reduce((sum, value, c) => sum + value * weights[c]!, 0);
  const squares = outside.reduce((sum, point) => sum + signalAt(picture, { weights, bias }, point) ** 2, 0);
  return { weights, bias, outside: outer, noise: Math.sqrt(squares / outside.length) };
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
