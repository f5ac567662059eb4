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
/** Largest or smallest value in a square around each pixel. */
function extreme({ data, width, height }: Grey, reach: number, pick: (a: number, b: number) => number): Grey {
  const rows = new Uint8Array(data.length);
  const result = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let value = data[y * width + x]!;
      for (let k = Math.max(0, x - reach); k <= Math.min(width - 1, x + reach); k++)
        value = pick(value, data[y * width + k]!);
      rows[y * width + x] = value;
    }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let value = rows[y * width + x]!;
      for (let k = Math.max(0, y - reach); k <= Math.min(height - 1, y + reach); k++)
        value = pick(value, rows[k * width + x]!);
      result[y * width + x] = value;
    }
  return { data: result, width, height };
}

/**
 * Measures one line.
 * @param line with some room above and below; a neighbouring line may reach into it
 * @param dotRows rows of the print head's character; 0 = not made of dots
 */
export function measurePrint(line: Grey, dotRows: number): PrintQuality {
  const { data, width, height } = line;
  // Closing takes strokes away and leaves shade, pictures and stains: what it adds is ink.
  const ground = extreme(extreme(line, bridge, Math.max), bridge, Math.min).data;
  const ink = data.map((v, i) => ground[i]! - v);
  const rows = Float64Array.from({ length: height }, (_, y) =>
    ink.subarray(y * width, (y + 1) * width).reduce((a, b) => a + b, 0),
  );
  let [along, across, bright] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      along += (data[at + 1]! - data[at - 1]!) ** 2;
      across += (data[at + width]! - data[at - width]!) ** 2;
    }
  for (const v of ground) bright += v;
  const darkest = Uint8Array.from(ink).sort()[Math.floor((1 - inkShare) * ink.length)]!;
  return {
    contrast: darkest / Math.max(1, bright / ground.length),
    edgeRatio: along / Math.max(1, across),
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
    weakest = Math.min(weakest, (2 * inkOf(y, dotPitch)) / Math.max(1, beside));
  }
  return weakest;
}
