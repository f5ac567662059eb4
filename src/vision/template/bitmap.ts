import type { Grey } from "../grey.ts";

/** A picture in one bit per pixel: 32 pixels of a row per word, the leftmost in the lowest bit. Outside all pixels are 0. */
export interface Bitmap {
  readonly words: Uint32Array;
  /** Words per row. */
  readonly stride: number;
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
}

export const emptyBitmap = (width: number, height: number): Bitmap => {
  const stride = (width + 31) >>> 5;
  return { words: new Uint32Array(stride * height), stride, width, height };
};

/** Bits of a row's last word that are pixels. */
const lastMask = (width: number): number => (width & 31 ? (1 << (width & 31)) - 1 : -1);

/** All pixels 1. */
export function fullBitmap(width: number, height: number): Bitmap {
  const bitmap = emptyBitmap(width, height);
  bitmap.words.fill(0xffffffff);
  for (let y = 1; y <= height; y++) bitmap.words[y * bitmap.stride - 1] = lastMask(width);
  return bitmap;
}

/** Word by word: what `combine` makes of two bitmaps of one size. */
export function combine(a: Bitmap, b: Bitmap, operation: (a: number, b: number) => number): Bitmap {
  return { ...a, words: a.words.map((word, i) => operation(word, b.words[i]!)) };
}

/** Pixels at or above `threshold` are 1. */
export function toBitmap({ data, width, height }: Grey, threshold: number): Bitmap {
  const bitmap = emptyBitmap(width, height);
  const { words, stride } = bitmap;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (data[y * width + x]! >= threshold) words[y * stride + (x >>> 5)]! |= 1 << (x & 31);
  return bitmap;
}

/** 32 pixels of a row from `x` on, which may lie outside. */
export function pixelsAt({ words, stride, height }: Bitmap, x: number, y: number): number {
  if (y < 0 || y >= height) return 0;
  const index = x >> 5;
  const shift = x & 31;
  const low = index >= 0 && index < stride ? words[y * stride + index]! : 0;
  if (shift === 0) return low | 0;
  const high = index + 1 >= 0 && index + 1 < stride ? words[y * stride + index + 1]! : 0;
  return (low >>> shift) | (high << (32 - shift));
}

/** Number of 1 bits in a word (Hacker's Delight, figure 5-2). */
export function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Each pixel becomes 1 when any pixel in the square of `reach` px around it is 1. */
export function dilate(bitmap: Bitmap, reach: number): Bitmap {
  const { stride, width, height } = bitmap;
  const across = emptyBitmap(width, height);
  for (let y = 0; y < height; y++)
    for (let w = 0; w < stride; w++) {
      let value = 0;
      for (let d = -reach; d <= reach; d++) value |= pixelsAt(bitmap, w * 32 + d, y);
      across.words[y * stride + w] = value;
    }
  const result = emptyBitmap(width, height);
  for (let y = 0; y < height; y++)
    for (let k = Math.max(0, y - reach); k <= Math.min(height - 1, y + reach); k++)
      for (let w = 0; w < stride; w++) result.words[y * stride + w]! |= across.words[k * stride + w]!;
  for (let y = 1; y <= height; y++) result.words[y * stride - 1]! &= lastMask(width);
  return result;
}
