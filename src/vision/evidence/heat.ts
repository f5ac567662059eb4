import type { Mark } from "../step.ts";
import type { Canvas, Colour } from "./canvas.ts";

type Heat = Extract<Mark, { kind: "heat" }>;

/** The strongest tint: what lies below must stay visible, it is what the picture is kept for. */
const maximumTint = 0.25;

export const isAnyHot = ({ map, hot }: Heat): boolean => hot > 0 && map.some((value) => value >= hot);

/** How the line around what is hot looks. */
export interface HeatStyle {
  readonly colour: Colour;
  readonly rim: Colour;
  /** px */
  readonly thickness: number;
  readonly rimThickness: number;
}

/** Tints what is as hot as a defect, and draws a line around it. Nothing is drawn where nothing is hot. */
export function drawHeat(
  canvas: Canvas,
  { map, rows, columns, hot, area }: Heat,
  size: { readonly width: number; readonly height: number },
  { colour, rim, thickness, rimThickness }: HeatStyle,
): void {
  const [origin, across, , down] = area;
  const [ux, uy] = [across.x - origin.x, across.y - origin.y];
  const [vx, vy] = [down.x - origin.x, down.y - origin.y];
  const determinant = ux * vy - uy * vx;
  if (determinant === 0) return;
  const xs = area.map(({ x }) => x);
  const ys = area.map(({ y }) => y);
  const left = Math.max(0, Math.floor(Math.min(...xs)));
  const top = Math.max(0, Math.floor(Math.min(...ys)));
  const right = Math.min(size.width, Math.ceil(Math.max(...xs)));
  const bottom = Math.min(size.height, Math.ceil(Math.max(...ys)));
  const width = right - left;
  if (width <= 0 || bottom <= top) return;
  /** Value at a pixel, between the middles of the cells; below everything outside of the area. */
  const valueAt = (x: number, y: number): number => {
    const [dx, dy] = [x + 0.5 - origin.x, y + 0.5 - origin.y];
    const u = (dx * vy - dy * vx) / determinant;
    const v = (dy * ux - dx * uy) / determinant;
    if (u < 0 || v < 0 || u >= 1 || v >= 1) return Number.NEGATIVE_INFINITY;
    const column = Math.min(columns - 1, Math.max(0, u * columns - 0.5));
    const row = Math.min(rows - 1, Math.max(0, v * rows - 0.5));
    const [c, r] = [Math.floor(column), Math.floor(row)];
    const [fc, fr] = [column - c, row - r];
    const [right1, below] = [Math.min(columns - 1, c + 1), Math.min(rows - 1, r + 1)];
    const upper = map[r * columns + c]! * (1 - fc) + map[r * columns + right1]! * fc;
    const lower = map[below * columns + c]! * (1 - fc) + map[below * columns + right1]! * fc;
    return upper * (1 - fr) + lower * fr;
  };
  const isHot = new Uint8Array(width * (bottom - top));
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const value = valueAt(x, y);
      if (!(value >= hot)) continue;
      isHot[(y - top) * width + x - left] = 1;
      canvas.dot(x, y, colour, maximumTint * Math.min(1, 0.35 + (value - hot) / hot));
    }
  const at = (x: number, y: number): number =>
    x < left || y < top || x >= right || y >= bottom ? 0 : isHot[(y - top) * width + x - left]!;
  const border: [x: number, y: number][] = [];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++)
      if (at(x, y) === 1 && (at(x - 1, y) & at(x + 1, y) & at(x, y - 1) & at(x, y + 1)) === 0) border.push([x, y]);
  for (const [side, of] of [
    [thickness + 2 * rimThickness, rim],
    [thickness, colour],
  ] as const) {
    const before = Math.floor(side / 2);
    for (const [x, y] of border) canvas.fill(x - before, y - before, side, side, of);
  }
}
