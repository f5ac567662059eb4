import type { Grey } from "../grey.ts";

/** How a line is printed, whatever it says. Taken from lines rectified to `dotPitch` px per dot. */
export interface PrintQuality {
  /** Darkness of the ink as a share of the ground around it, 0..1. */
  readonly contrast: number;
  /** Strength of edges across the line's direction over those along it: falls when the print is smeared along it, rises across. */
  readonly edgeRatio: number;
  /** Ink of the weakest dot row over the mean of its neighbours, 0..1: near 0 where a nozzle is dead. */
  readonly weakestRow: number;
}

/** Size of a printed dot in the lines that are measured here, px. */
export const dotPitch = 4;
/** Half the side of the square that must bridge a stroke, so that only the ground is left, px. */
const bridge = 5;
/** Share of the line's pixels that is darker than what counts as ink. */
const inkShare = 0.05;

/** Largest value within `reach` on either side, along lines that begin at every `start` and go on by `step`. */
function dilateAlong(
  from: Uint8Array,
  to: Uint8Array,
  lines: { readonly count: number; readonly start: number; readonly length: number; readonly step: number },
  reach: number,
): void {
  const { count, start, length, step } = lines;
  for (let line = 0; line < count; line++)
    for (let i = 0, at = line * start; i < length; i++, at += step) {
      const last = at + Math.min(reach, length - 1 - i) * step;
      let value = 0;
      for (let k = at - Math.min(reach, i) * step; k <= last; k += step) if (from[k]! > value) value = from[k]!;
      to[at] = value;
    }
}

/** Takes dark strokes away that a square of `2 · reach + 1` px bridges, and leaves the ground (a morphological closing). */
function closed({ data, width, height }: Grey, reach: number): Uint8Array {
  const [one, other] = [new Uint8Array(data.length), new Uint8Array(data.length)];
  const along = { count: height, start: width, length: width, step: 1 };
  const across = { count: width, start: 1, length: height, step: width };
  dilateAlong(data, one, along, reach);
  dilateAlong(one, other, across, reach);
  // The smallest value is the largest of the negative.
  for (let i = 0; i < other.length; i++) other[i] = 255 - other[i]!;
  dilateAlong(other, one, along, reach);
  dilateAlong(one, other, across, reach);
  for (let i = 0; i < other.length; i++) other[i] = 255 - other[i]!;
  return other;
}

/**
 * Measures one line.
 * @param line with some room above and below; a neighbouring line may reach into it
 * @param dotRows rows of the print head's character; 0 = not made of dots
 */
export function measurePrint(line: Grey, dotRows: number): PrintQuality {
  const { data, width, height } = line;
  // Closing takes strokes away and leaves shade, pictures and stains: what it adds is ink.
  const ground = closed(line, bridge);
  const levels = new Uint32Array(256);
  const rows = new Float64Array(height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const depth = ground[at]! - data[at]!;
      levels[depth]! += 1;
      rows[y]! += depth;
    }
  let [along, across, bright] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      along += (data[at + 1]! - data[at - 1]!) ** 2;
      across += (data[at + width]! - data[at - width]!) ** 2;
    }
  for (const v of ground) bright += v;
  let darkest = 255;
  for (let above = levels[255]!; darkest > 0 && above < inkShare * data.length; above += levels[darkest]!) darkest -= 1;
  return {
    contrast: darkest / Math.max(1, bright / ground.length),
    // An even field has no edges either way.
    edgeRatio: (along + 1) / (across + 1),
    weakestRow: dotRows > 2 ? weakestRow(rows, dotRows) : 1,
  };
}

/** The line lies where as many rows as it has hold the most ink; the weakest dot row is sought between its outermost ones. */
function weakestRow(rows: Float64Array, dotRows: number): number {
  const inkOf = (from: number, count: number): number => rows.subarray(from, from + count).reduce((a, b) => a + b, 0);
  const length = Math.min(rows.length, dotRows * dotPitch);
  let top = 0;
  for (let y = 1; y + length <= rows.length; y++) if (inkOf(y, length) > inkOf(top, length)) top = y;
  let weakest = 1;
  for (let y = top + dotPitch; y + 2 * dotPitch <= top + length; y++) {
    const beside = inkOf(y - dotPitch, dotPitch) + inkOf(y + dotPitch, dotPitch);
    weakest = Math.min(weakest, (2 * inkOf(y, dotPitch) + 1) / (beside + 1));
  }
  return weakest;
}
