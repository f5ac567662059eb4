import type { Grey } from "../grey.ts";
import type { Point } from "../placement.ts";

const mostRounds = 20;
const still = 0.002;

/**
 * The corner near a point, between the pixels: where the edges around it meet, that is the point from which every grey
 * gradient in the window stands square to the way there (Förstner).
 * @param reach half of the window, px @returns undefined when it wanders off
 */
export function refineCorner({ data, width, height }: Grey, start: Point, reach: number): Point | undefined {
  let corner = start;
  for (let round = 0; round < mostRounds; round++) {
    let [xx, xy, yy, rx, ry] = [0, 0, 0, 0, 0];
    const left = Math.max(1, Math.ceil(corner.x - 0.5 - reach));
    const right = Math.min(width - 2, Math.floor(corner.x - 0.5 + reach));
    const top = Math.max(1, Math.ceil(corner.y - 0.5 - reach));
    const bottom = Math.min(height - 2, Math.floor(corner.y - 0.5 + reach));
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) {
        const at = y * width + x;
        const gx = data[at + 1]! - data[at - 1]!;
        const gy = data[at + width]! - data[at - width]!;
        const [px, py] = [x + 0.5 - corner.x, y + 0.5 - corner.y];
        // Fades to nothing at the window's border, so that a px that comes in or goes out moves nothing.
        const weight = Math.max(0, 1 - (px * px) / (reach * reach)) * Math.max(0, 1 - (py * py) / (reach * reach));
        const [a, b, c] = [weight * gx * gx, weight * gx * gy, weight * gy * gy];
        xx += a;
        xy += b;
        yy += c;
        rx += a * px + b * py;
        ry += b * px + c * py;
      }
    const determinant = xx * yy - xy * xy;
    if (!(determinant > 1e-9)) return undefined;
    const [dx, dy] = [(yy * rx - xy * ry) / determinant, (xx * ry - xy * rx) / determinant];
    corner = { x: corner.x + dx, y: corner.y + dy };
    if (Math.hypot(corner.x - start.x, corner.y - start.y) > reach) return undefined;
    if (Math.hypot(dx, dy) < still) return corner;
  }
  return corner;
}
