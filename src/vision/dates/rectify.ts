import type { Grey } from "../grey.ts";

export type Point = readonly [x: number, y: number];
/** Corners of a print in px of the picture, clockwise from its own top left. */
export type Quad = readonly [Point, Point, Point, Point];

/** `x = (xu·u + xv·v + x0) / (g·u + h·v + 1)`, and so for y. */
interface Projection {
  readonly x: readonly [u: number, v: number, constant: number];
  readonly y: readonly [u: number, v: number, constant: number];
  readonly g: number;
  readonly h: number;
}

/** The projective map from the unit square to a quadrilateral (Heckbert 1989). */
function projectionOf([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Quad): Projection {
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = area === 0 ? 0 : (sx * dy2 - dx2 * sy) / area;
  const h = area === 0 ? 0 : (dx1 * sy - sx * dy1) / area;
  return { x: [x1 - x0 + g * x1, x3 - x0 + h * x3, x0], y: [y1 - y0 + g * y1, y3 - y0 + h * y3, y0], g, h };
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
  const { x: mapX, y: mapY, g, h } = projectionOf(quad);
  const result = new Uint8Array(toWidth * toHeight);
  const [lastX, lastY] = [width - 1, height - 1];
  for (let j = 0, to = 0; j < toHeight; j++) {
    const v = top + ((j + 0.5) / toHeight) * (bottom - top);
    for (let i = 0; i < toWidth; i++, to++) {
      const u = left + ((i + 0.5) / toWidth) * (right - left);
      const w = g * u + h * v + 1;
      const x = Math.max(0, Math.min(lastX, (mapX[0] * u + mapX[1] * v + mapX[2]) / w - 0.5));
      const y = Math.max(0, Math.min(lastY, (mapY[0] * u + mapY[1] * v + mapY[2]) / w - 0.5));
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      const fx = x - x0;
      const fy = y - y0;
      const at = y0 * width + x0;
      const across = x0 < lastX ? 1 : 0;
      const down = y0 < lastY ? width : 0;
      const above = (1 - fx) * data[at]! + fx * data[at + across]!;
      const below = (1 - fx) * data[at + down]! + fx * data[at + down + across]!;
      result[to] = (1 - fy) * above + fy * below + 0.5;
    }
  }
  return { data: result, width: toWidth, height: toHeight };
}
