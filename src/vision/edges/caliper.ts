import type { Picture } from "../picture.ts";
import type { Placement, Point } from "../placement.ts";
import type { Contrast } from "./contrast.ts";

/** A short line across an edge that is expected, px of the reference picture. */
export interface Caliper {
  /** Where the edge is in the reference picture. */
  readonly at: Point;
  /** Unit vector from outside to inside. */
  readonly inward: Point;
  /** Half of the step of the signal across this edge: where it is crossed is where the edge is. */
  readonly level: number;
}

/** Lines side by side whose mean is taken, px apart: noise and texture fade. */
const lines = [-1, 0, 1] as const;
/** The signal has to stay above the level for so many px: a speck is no edge. */
const lasting = 3;

/**
 * Where the signal rises above the caliper's level for the first time, coming from outside, px along `inward`; undefined
 * where it does not within `reach`, or where already its outer end is inside.
 */
export function readCaliper(
  picture: Picture,
  place: Placement,
  contrast: Contrast,
  { at, inward, level }: Caliper,
  reach: number,
): number | undefined {
  let before = 0;
  let crossing: number | undefined;
  let above = 0;
  for (let t = -reach; t <= reach; t++) {
    const signal = across(picture, place, contrast, at, inward, t);
    if (signal < level) {
      crossing = undefined;
      above = 0;
    } else {
      if (above === 0) {
        if (t === -reach) return undefined;
        crossing = t - 1 + (level - before) / (signal - before);
      }
      above += 1;
      if (above >= lasting) return crossing;
    }
    before = signal;
  }
  return undefined;
}

/** The signal at `t` px along the caliper, bilinear, mean of its lines. */
export function across(
  { data, width, height, channels }: Picture,
  { a, b, dx, dy }: Placement,
  { weights, bias }: Contrast,
  at: Point,
  inward: Point,
  t: number,
): number {
  let sum = 0;
  for (const side of lines) {
    const x = at.x + t * inward.x - side * inward.y;
    const y = at.y + t * inward.y + side * inward.x;
    const px = a * x - b * y + dx - 0.5;
    const py = b * x + a * y + dy - 0.5;
    const fx = px < 0 ? 0 : px > width - 1.001 ? width - 1.001 : px;
    const fy = py < 0 ? 0 : py > height - 1.001 ? height - 1.001 : py;
    const [x0, y0] = [fx | 0, fy | 0];
    const [ux, uy] = [fx - x0, fy - y0];
    const from = (y0 * width + x0) * channels;
    const down = from + width * channels;
    for (let c = 0; c < channels; c++) {
      const upper = data[from + c]! + ux * (data[from + channels + c]! - data[from + c]!);
      const lower = data[down + c]! + ux * (data[down + channels + c]! - data[down + c]!);
      sum += weights[c]! * (upper + uy * (lower - upper));
    }
  }
  return sum / lines.length + bias;
}
