import type { Grey } from "../grey.ts";

export type Point = readonly [x: number, y: number];
/** Corners of a print in px of the picture, clockwise from its own top left. */
export type Quad = readonly [Point, Point, Point, Point];

/** The projective map from the unit square to a quadrilateral (Heckbert 1989), as a function of (u, v). */
export function unitToQuad([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Quad): (u: number, v: number) => Point {
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = area === 0 ? 0 : (sx * dy2 - dx2 * sy) / area;
  const h = area === 0 ? 0 : (dx1 * sy - sx * dy1) / area;
  return (u, v) => {
    const w = g * u + h * v + 1;
    return [
      ((x1 - x0 + g * x1) * u + (x3 - x0 + h * x3) * v + x0) / w,
      ((y1 - y0 + g * y1) * u + (y3 - y0 + h * y3) * v + y0) / w,
    ];
  };
}

/** A stretch of a print: shares of its width and height, which may reach outside 0..1. */
export interface Part {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Seen upright: width and height of a print in px of the picture, the mean of opposite sides. */
export function sizeOf([a, b, c, d]: Quad): { readonly width: number; readonly height: number } {
  const side = (p: Point, q: Point): number => Math.hypot(q[0] - p[0], q[1] - p[1]);
  return { width: (side(a, b) + side(d, c)) / 2, height: (side(a, d) + side(b, c)) / 2 };
}

/** The part of a print, seen upright, at the wanted size; bilinear. What lies outside the picture repeats its edge. */
export function rectify(
  { data, width, height }: Grey,
  quad: Quad,
  { left, right, top, bottom }: Part,
  toWidth: number,
  toHeight: number,
): Grey {
  const map = unitToQuad(quad);
  const result = new Uint8Array(toWidth * toHeight);
  for (let j = 0; j < toHeight; j++)
    for (let i = 0; i < toWidth; i++) {
      const [px, py] = map(
        left + ((i + 0.5) / toWidth) * (right - left),
        top + ((j + 0.5) / toHeight) * (bottom - top),
      );
      const x = Math.max(0, Math.min(width - 1, px - 0.5));
      const y = Math.max(0, Math.min(height - 1, py - 0.5));
      const [x0, y0] = [Math.floor(x), Math.floor(y)];
      const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
      const [fx, fy] = [x - x0, y - y0];
      const above = (1 - fx) * data[y0 * width + x0]! + fx * data[y0 * width + x1]!;
      const below = (1 - fx) * data[y1 * width + x0]! + fx * data[y1 * width + x1]!;
      result[j * toWidth + i] = (1 - fy) * above + fy * below + 0.5;
    }
  return { data: result, width: toWidth, height: toHeight };
}
