import type { Picture } from "./picture.ts";

/** A picture in one channel, row by row, 0..255. */
export interface Grey {
  readonly data: Uint8Array;
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
}

/** `[x, y, width, height]` in px of the picture it is cut from. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** Luminance (ITU-R BT.601 in integers). A grey picture's memory is shared, not copied. */
export function toGrey({ data, width, height, channels }: Picture): Grey {
  if (channels === 1) return { data, width, height };
  const grey = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3)
    grey[i] = (data[at]! * 77 + data[at + 1]! * 150 + data[at + 2]! * 29) >> 8;
  return { data: grey, width, height };
}

/** Luminance of the part of a box that lies inside the picture, rounded outwards; undefined when none does. */
export function greyPart({ data, width, height, channels }: Picture, [x, y, w, h]: Box): Grey | undefined {
  if (channels === 1) return cut({ data, width, height }, [x, y, w, h]);
  const [left, top] = [Math.max(0, Math.floor(x)), Math.max(0, Math.floor(y))];
  const [right, bottom] = [Math.min(width, Math.ceil(x + w)), Math.min(height, Math.ceil(y + h))];
  if (!(right > left && bottom > top)) return undefined;
  const part = new Uint8Array((right - left) * (bottom - top));
  for (let row = top, i = 0; row < bottom; row++)
    for (let at = (row * width + left) * 3, end = at + (right - left) * 3; at < end; at += 3, i++)
      part[i] = (data[at]! * 77 + data[at + 1]! * 150 + data[at + 2]! * 29) >> 8;
  return { data: part, width: right - left, height: bottom - top };
}

/** The part of a box that lies inside the picture; undefined when none does. */
export function cut({ data, width, height }: Grey, [x, y, w, h]: Box): Grey | undefined {
  const [left, top] = [Math.max(0, Math.floor(x)), Math.max(0, Math.floor(y))];
  const [right, bottom] = [Math.min(width, Math.ceil(x + w)), Math.min(height, Math.ceil(y + h))];
  if (right <= left || bottom <= top) return undefined;
  const part = new Uint8Array((right - left) * (bottom - top));
  for (let row = top; row < bottom; row++)
    part.set(data.subarray(row * width + left, row * width + right), (row - top) * (right - left));
  return { data: part, width: right - left, height: bottom - top };
}

/** Catmull-Rom weights of the four neighbours at a distance `t` (0..1) behind the second. */
function cubic(t: number): readonly [number, number, number, number] {
  const [t2, t3] = [t * t, t * t * t];
  return [(-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2];
}

/** What each output position takes from where: averages over the footprint when shrinking, cubic when growing. */
function kernel(
  from: number,
  to: number,
): { readonly taps: number; readonly at: Int32Array; readonly weights: Float32Array } {
  const scale = from / to;
  const clamp = (i: number): number => Math.max(0, Math.min(from - 1, i));
  if (scale <= 1) {
    const at = new Int32Array(to * 4);
    const weights = new Float32Array(to * 4);
    for (let i = 0; i < to; i++) {
      const position = (i + 0.5) * scale - 0.5;
      const base = Math.floor(position);
      const four = cubic(position - base);
      for (let k = 0; k < 4; k++) {
        at[i * 4 + k] = clamp(base - 1 + k);
        weights[i * 4 + k] = four[k]!;
      }
    }
    return { taps: 4, at, weights };
  }
  const taps = Math.ceil(scale) + 1;
  const at = new Int32Array(to * taps);
  const weights = new Float32Array(to * taps);
  for (let i = 0; i < to; i++) {
    const [start, end] = [i * scale, (i + 1) * scale];
    for (let k = 0; k < taps; k++) {
      const pixel = Math.floor(start) + k;
      at[i * taps + k] = clamp(pixel);
      weights[i * taps + k] = Math.max(0, Math.min(end, pixel + 1) - Math.max(start, pixel)) / scale;
    }
  }
  return { taps, at, weights };
}

/** Resizes each direction by itself: cubic when it grows, by area when it shrinks. */
export function resize({ data, width, height }: Grey, toWidth: number, toHeight: number): Grey {
  const [across, down] = [kernel(width, toWidth), kernel(height, toHeight)];
  const rows = new Float32Array(height * toWidth);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < toWidth; x++) {
      let sum = 0;
      for (let k = x * across.taps, end = k + across.taps; k < end; k++)
        sum += across.weights[k]! * data[y * width + across.at[k]!]!;
      rows[y * toWidth + x] = sum;
    }
  const line = new Float32Array(toWidth);
  const result = new Uint8ClampedArray(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    line.fill(0);
    for (let k = y * down.taps, end = k + down.taps; k < end; k++) {
      const [weight, from] = [down.weights[k]!, down.at[k]! * toWidth];
      if (weight !== 0) for (let x = 0; x < toWidth; x++) line[x]! += weight * rows[from + x]!;
    }
    result.set(line, y * toWidth);
  }
  return { data: new Uint8Array(result.buffer), width: toWidth, height: toHeight };
}

/** Gaussian blur, `sigma` in px. */
export function blur({ data, width, height }: Grey, sigma: number): Grey {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const weights = Float32Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((a, b) => a + b, 0);
  const padded = new Float32Array(width + 2 * reach);
  const rows = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = y * width;
    for (let i = 0; i < padded.length; i++) padded[i] = data[from + Math.max(0, Math.min(width - 1, i - reach))]!;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * padded[x + k]!;
      rows[from + x] = sum / total;
    }
  }
  const line = new Float32Array(width);
  const result = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (let k = 0; k < weights.length; k++) {
      const from = Math.max(0, Math.min(height - 1, y + k - reach)) * width;
      const weight = weights[k]! / total;
      for (let x = 0; x < width; x++) line[x]! += weight * rows[from + x]!;
    }
    result.set(line, y * width);
  }
  return { data: new Uint8Array(result.buffer), width, height };
}

/** Unsharp mask: adds `amount` times what a blur of `sigma` px takes away. */
export function sharpen(grey: Grey, sigma: number, amount: number): Grey {
  const soft = blur(grey, sigma).data;
  const result = new Uint8ClampedArray(soft.length);
  for (let i = 0; i < soft.length; i++) result[i] = grey.data[i]! + amount * (grey.data[i]! - soft[i]!);
  return { data: new Uint8Array(result.buffer), width: grey.width, height: grey.height };
}
