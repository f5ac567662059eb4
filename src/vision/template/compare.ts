import { type Bitmap, combine, dilate, fullBitmap, ones, pixelsAt } from "./bitmap.ts";
import { type Blob, blobsOf } from "./blobs.ts";
import { displacementAt, moved, register } from "./register.ts";

export interface CompareOptions {
  /** Edges may lie this much off, px. */
  readonly tolerance: number;
  /** A difference has at least this many pixels. */
  readonly minArea: number;
  /** A difference that a shift of its surroundings by up to this explains is none, px. */
  readonly play: number;
}

/** One place where a picture is not like its template. */
export interface Difference extends Blob {
  /** What the picture has more of there: light pixels or dark ones. */
  readonly kind: "lighter" | "darker";
}

/** What the comparison found. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** Share of all pixels that differ beyond the tolerance, before small ones are left out: large when it is another thing altogether. */
  readonly share: number;
}

/** Differences this near to each other are one, px. */
const bridge = 2;
/** Surroundings of a difference that must not fit better elsewhere, px. */
const surroundings = 12;
/** What a shift must leave unexplained, px: a few pixels are always ragged. */
const unexplained = 4;

/**
 * Compares a picture with its template of the same size: registered block by block, then exclusive-or with a tolerance,
 * then a second opinion per difference: when its surroundings fit at another small shift and nothing is left over, it was
 * the edge of something that lies a little off, not a defect.
 */
export function compare(picture: Bitmap, template: Bitmap, options: CompareOptions): Comparison {
  const { tolerance, minArea, play } = options;
  const { width, height } = picture;
  const displacements = register(picture, template);
  const expected = moved(template, displacements, width, height);
  // Where the moved template does not reach, nothing is known.
  const known = moved(fullBitmap(width, height), displacements, width, height);
  const wide = { picture: dilate(picture, tolerance), template: dilate(template, tolerance) };
  const lighter = combine(combine(picture, dilate(expected, tolerance), andNot), known, and);
  const darker = combine(combine(expected, wide.picture, andNot), known, and);
  const all = combine(lighter, darker, or);
  const differences: Difference[] = [];
  for (const blob of blobsOf(all, dilate(all, bridge))) {
    if (blob.area < minArea) continue;
    const [x, y, w, h] = blob.box;
    const area = [x - surroundings, y - surroundings, x + w + surroundings, y + h + surroundings] as const;
    const [dx, dy] = displacementAt(displacements, ...blob.centre);
    let left = Number.POSITIVE_INFINITY;
    for (let v = -play; v <= play && left >= unexplained; v++)
      for (let u = -play; u <= play && left >= unexplained; u++)
        left = Math.min(left, leftOver(picture, template, wide, area, dx + u, dy + v, left));
    if (left < unexplained) continue;
    differences.push({ ...blob, kind: 2 * count(lighter, blob.box) >= count(all, blob.box) ? "lighter" : "darker" });
  }
  let differing = 0;
  for (const word of all.words) differing += ones(word);
  return { differences, share: differing / (width * height) };
}

const and = (a: number, b: number): number => a & b;
const or = (a: number, b: number): number => a | b;
const andNot = (a: number, b: number): number => a & ~b;

/** Bits of a word that lie before `end`. */
const maskTo = (x: number, end: number): number => (end - x >= 32 ? -1 : (1 << (end - x)) - 1);

/** Pixels of an area that differ beyond the tolerance with the template at (dx, dy); gives up above `limit`. */
function leftOver(
  picture: Bitmap,
  template: Bitmap,
  wide: { readonly picture: Bitmap; readonly template: Bitmap },
  [left, top, right, bottom]: readonly [number, number, number, number],
  dx: number,
  dy: number,
  limit: number,
): number {
  const { width, height } = picture;
  const end = Math.min(right, width, width - dx);
  let sum = 0;
  for (let y = Math.max(top, 0, -dy); y < Math.min(bottom, height, height - dy); y++) {
    for (let x = Math.max(left, 0, -dx); x < end; x += 32)
      sum += ones(
        ((pixelsAt(picture, x, y) & ~pixelsAt(wide.template, x + dx, y + dy)) |
          (pixelsAt(template, x + dx, y + dy) & ~pixelsAt(wide.picture, x, y))) &
          maskTo(x, end),
      );
    if (sum > limit) return sum;
  }
  return sum;
}

function count(bitmap: Bitmap, [left, top, width, height]: Blob["box"]): number {
  let sum = 0;
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x += 32) sum += ones(pixelsAt(bitmap, x, y) & maskTo(x, left + width));
  return sum;
}
