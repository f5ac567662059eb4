import type { Frame } from "../cameras/camera.ts";
import { rowStep } from "./row-step.ts";

/** A frame without its history: pixels, size, channels. */
export type Picture = Pick<Frame, "data" | "width" | "height" | "channels">;

/** What a picture is like as a picture, whatever it shows; taken from luminance on a coarse grid of rows. */
export interface PictureMeasures {
  /** Mean luminance, 0..255. */
  readonly brightness: number;
  /** Standard deviation of luminance, 0..255. */
  readonly contrast: number;
  /** Share of pixels at or above 250, 0..1. */
  readonly saturated: number;
  /** Strength of the steepest edges between neighbours over that across 8 px, 0..1: falls with blur, not with contrast. */
  readonly sharpness: number;
  /** How much it fails to go on from one row to the next, levels: see `rowStep`. */
  readonly rowStep: number;
}

/** Distance over which an edge counts as whole, px. */
const reach = 8;
/** Rows looked at; enough for stable figures, few enough for 1 ms. */
const rowsMeasured = 48;
/** Share of differences that count as the steepest. */
const steepest = 0.01;

/** Measures a picture in about 1 ms, on evenly spaced rows: vertical detail counts only where it also shows along a row. */
export function measurePicture(picture: Picture): PictureMeasures {
  const { data, width, height, channels } = picture;
  const near = new Uint32Array(256);
  const far = new Uint32Array(256);
  const line = new Uint8Array(width);
  const rows = Math.min(height, rowsMeasured);
  let sum = 0;
  let squares = 0;
  let saturated = 0;
  for (let r = 0; r < rows; r++) {
    const start = Math.floor(((r + 0.5) * height) / rows) * width * channels;
    for (let x = 0; x < width; x++) {
      const at = start + x * channels;
      // ITU-R BT.601 luminance in integers.
      const luminance = channels === 1 ? data[at]! : (data[at]! * 77 + data[at + 1]! * 150 + data[at + 2]! * 29) >> 8;
      line[x] = luminance;
      sum += luminance;
      squares += luminance * luminance;
      if (luminance >= 250) saturated += 1;
    }
    for (let x = reach; x < width; x++) {
      near[Math.abs(line[x]! - line[x - 1]!)]! += 1;
      far[Math.abs(line[x]! - line[x - reach]!)]! += 1;
    }
  }
  const count = rows * width;
  const brightness = sum / count;
  const steep = meanOfHighest(far);
  return {
    brightness,
    contrast: Math.sqrt(Math.max(0, squares / count - brightness * brightness)),
    saturated: saturated / count,
    sharpness: steep === 0 ? 0 : Math.min(1, meanOfHighest(near) / steep),
    rowStep: rowStep(picture),
  };
}

/** Mean of the highest share of values counted in a histogram. */
function meanOfHighest(histogram: Uint32Array): number {
  const wanted = Math.max(1, steepest * histogram.reduce((a, b) => a + b, 0));
  let taken = 0;
  let sum = 0;
  for (let value = histogram.length - 1; value >= 0 && taken < wanted; value--) {
    const part = Math.min(histogram[value]!, wanted - taken);
    taken += part;
    sum += part * value;
  }
  return sum / wanted;
}
