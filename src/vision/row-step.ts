import type { Picture } from "./picture.ts";

/** Columns of the picture that are summed by themselves: what ends and begins at one place only is print, not a step. */
const blocks = 16;
/** Columns looked at, and for the shift; enough for stable figures, few enough for a fraction of a ms. */
const [samples, fineSamples] = [160, 640];
/** A row must stand out of so many rows on either side: print steps at each of its rows. */
const near = 4;
/** Below this a row steps by noise only, levels. */
const noise = 1.5;
/** Rows whose shift is looked for. */
const candidates = 3;
/** The shift is sought in steps of so many samples, then among their neighbours. */
const coarse = 2;
/** Shifts that are tried, share of the width; less could be a slanting edge. */
const shifts = { least: 1 / 80, most: 1 / 4 } as const;

/**
 * How much a picture fails to go on from one row to the next, levels of brightness (0 = it goes on everywhere; about 0.5
 * for busy print): the mark of a frame whose lower part comes from another moment, when the belt had moved. There the
 * whole row gets brighter in some places and darker in others, unlike the rows around it, and a shift of the lower row
 * explains it. An edge of the product gets one of both, print does it over many rows, and no shift explains either.
 */
export function rowStep({ data, width, height, channels }: Picture): number {
  if (height < 2 * near + 2 || width < 8 * blocks) return 0;
  const stride = width * channels;
  // Green is the nearest to luminance.
  const first = channels === 3 ? 1 : 0;
  const step = Math.max(1, Math.round(width / samples));
  const perBlock = Math.floor(width / step / blocks);
  const count = perBlock * blocks;
  const brighter = new Int32Array(height * blocks);
  const darker = new Int32Array(height * blocks);
  /** The lesser of what gets brighter and what gets darker from the row above, all blocks together. */
  const both = new Int32Array(height);
  const pitch = step * channels;
  const above = new Uint8Array(count);
  for (let i = 0; i < count; i++) above[i] = data[first + i * pitch]!;
  for (let y = 1; y < height; y++) {
    let at = y * stride + first;
    let up = 0;
    let down = 0;
    for (let block = 0, to = y * blocks, i = 0; block < blocks; block++, to++) {
      let sum = 0;
      let size = 0;
      for (const end = i + perBlock; i < end; i++, at += pitch) {
        const value = data[at]!;
        const change = value - above[i]!;
        above[i] = value;
        sum += change;
        size += change < 0 ? -change : change;
      }
      brighter[to] = (size + sum) >> 1;
      darker[to] = (size - sum) >> 1;
      up += brighter[to]!;
      down += darker[to]!;
    }
    both[y] = Math.min(up, down);
  }
  const found: { readonly y: number; readonly excess: number }[] = [];
  for (let y = near + 1; y < height - near; y++) {
    if (both[y]! < noise * count) continue;
    const excess = Math.min(standingOut(brighter, y), standingOut(darker, y)) / count;
    if (excess >= noise) found.push({ y, excess });
  }
  found.sort((a, b) => b.excess - a.excess);
  let most = 0;
  for (const { y, excess } of found.slice(0, candidates))
    most = Math.max(most, excess * explainedByShift(data, y * stride + first, stride, channels));
  return most;
}

/** How far a row's blocks stand out of the same blocks of the rows around it, summed. */
function standingOut(of: Int32Array, y: number): number {
  let excess = 0;
  for (let block = 0, at = y * blocks; block < blocks; block++, at++) {
    let around = 0;
    for (let k = blocks; k <= near * blocks; k += blocks) {
      if (of[at - k]! > around) around = of[at - k]!;
      if (of[at + k]! > around) around = of[at + k]!;
    }
    if (of[at]! > around) excess += of[at]! - around;
  }
  return excess;
}

/** Which share of the difference between a row and the one above goes away when it is shifted, 0..1. */
function explainedByShift(data: Uint8Array, start: number, stride: number, channels: number): number {
  const step = Math.max(1, Math.round(stride / channels / fineSamples));
  const count = Math.floor(stride / channels / step);
  const [above, row] = [new Int16Array(count), new Int16Array(count)];
  for (let i = 0, at = start; i < count; i++, at += step * channels) {
    above[i] = data[at - stride]!;
    row[i] = data[at]!;
  }
  const difference = (shift: number, every: number): number => {
    const [from, to] = [Math.max(0, shift), Math.min(count, count + shift)];
    let sum = 0;
    for (let i = from; i < to; i += every) {
      const d = row[i - shift]! - above[i]!;
      sum += d < 0 ? -d : d;
    }
    return sum / Math.ceil((to - from) / every);
  };
  const asItIs = difference(0, 1);
  if (asItIs === 0) return 0;
  let [best, at] = [Infinity, 0];
  const [least, most] = [Math.ceil(count * shifts.least), Math.floor(count * shifts.most)];
  for (let shift = -most; shift <= most; shift += coarse) {
    if (Math.abs(shift) < least) continue;
    const value = difference(shift, coarse);
    if (value < best) [best, at] = [value, shift];
  }
  best = asItIs;
  for (let shift = at - coarse + 1; shift < at + coarse; shift++) best = Math.min(best, difference(shift, 1));
  return 1 - best / asItIs;
}
