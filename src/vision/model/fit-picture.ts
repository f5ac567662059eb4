import type { Picture } from "../picture.ts";

interface Size {
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
}

/** Where a picture went in the fitted one: `fitted = picture · scale + offset`, px. */
export interface Fit {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly left: number;
  readonly top: number;
}

/** Level of the bars beside a letterboxed picture, as networks of the YOLO family were trained with. */
const bars = 114;

/** Brings a picture to a size. One that has it already is handed on without a copy. */
export function fitPicture(
  picture: Picture,
  size: Size,
  how: "stretch" | "letterbox",
): { readonly data: Uint8Array; readonly fit: Fit } {
  const { data, width, height, channels } = picture;
  if (width === size.width && height === size.height) return { data, fit: { scaleX: 1, scaleY: 1, left: 0, top: 0 } };
  if (how === "stretch") {
    const fit = { scaleX: size.width / width, scaleY: size.height / height, left: 0, top: 0 };
    return { data: resized(picture, size), fit };
  }
  const scale = Math.min(size.width / width, size.height / height);
  const inner = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const [left, top] = [(size.width - inner.width) >> 1, (size.height - inner.height) >> 1];
  const small = resized(picture, inner);
  const whole = new Uint8Array(size.width * size.height * channels).fill(bars);
  const row = inner.width * channels;
  for (let y = 0; y < inner.height; y++)
    whole.set(small.subarray(y * row, (y + 1) * row), ((top + y) * size.width + left) * channels);
  return { data: whole, fit: { scaleX: inner.width / width, scaleY: inner.height / height, left, top } };
}

/** Which pixels of a line make one of the resized line, and how much of each. */
interface Taps {
  readonly first: Int32Array;
  /** `count` weights for each resized pixel; they add up to 1. */
  readonly weights: Float32Array;
  readonly count: number;
}

/** A triangle as wide as the reduction: nothing small falls between two samples, as it would with four neighbours only. */
function tapsOf(from: number, to: number): Taps {
  const scale = from / to;
  const reach = Math.max(1, scale);
  const count = Math.min(from, Math.ceil(2 * reach) + 1);
  const first = new Int32Array(to);
  const weights = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    const middle = (i + 0.5) * scale;
    const start = Math.min(from - count, Math.max(0, Math.floor(middle - reach)));
    first[i] = start;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = Math.max(0, 1 - Math.abs((start + k + 0.5 - middle) / reach));
      weights[i * count + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < count; k++) weights[i * count + k]! /= sum;
  }
  return { first, weights, count };
}

/** Across, then down: about 6 ns per value read. */
function resized({ data, width, height, channels }: Picture, size: Size): Uint8Array {
  const across = tapsOf(width, size.width);
  const down = tapsOf(height, size.height);
  const row = size.width * channels;
  const narrow = new Float32Array(row * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < size.width; x++)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let at = (y * width + across.first[x]!) * channels + c;
        for (let k = x * across.count; k < (x + 1) * across.count; k++, at += channels)
          sum += across.weights[k]! * data[at]!;
        narrow[y * row + x * channels + c] = sum;
      }
  const result = new Uint8Array(row * size.height);
  for (let y = 0; y < size.height; y++)
    for (let i = 0; i < row; i++) {
      let sum = 0;
      let at = down.first[y]! * row + i;
      for (let k = y * down.count; k < (y + 1) * down.count; k++, at += row) sum += down.weights[k]! * narrow[at]!;
      result[y * row + i] = Math.round(sum);
    }
  return result;
}
