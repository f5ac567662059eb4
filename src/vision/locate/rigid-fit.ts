import type { Point } from "../placement.ts";

/** A turn about the middle of the `from` points and a shift, px and rad. */
export interface RigidFit {
  readonly turn: number;
  readonly centre: Point;
  readonly dx: number;
  readonly dy: number;
  /** Root of the mean square distance that is left, px. */
  readonly residual: number;
}

/** The rigid motion that brings `from` closest to `to`, point by point (least squares). @param from two points or more */
export function rigidFit(from: readonly Point[], to: readonly Point[]): RigidFit {
  const n = from.length;
  const middle = (points: readonly Point[]): Point => ({
    x: points.reduce((sum, p) => sum + p.x, 0) / n,
    y: points.reduce((sum, p) => sum + p.y, 0) / n,
  });
  const [f, t] = [middle(from), middle(to)];
  let [along, across] = [0, 0];
  for (const [i, p] of from.entries()) {
    const [ux, uy, vx, vy] = [p.x - f.x, p.y - f.y, to[i]!.x - t.x, to[i]!.y - t.y];
    along += ux * vx + uy * vy;
    across += ux * vy - uy * vx;
  }
  const turn = Math.atan2(across, along);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  let squares = 0;
  for (const [i, p] of from.entries()) {
    const [ux, uy] = [p.x - f.x, p.y - f.y];
    squares += (cos * ux - sin * uy + t.x - to[i]!.x) ** 2 + (sin * ux + cos * uy + t.y - to[i]!.y) ** 2;
  }
  return { turn, centre: f, dx: t.x - f.x, dy: t.y - f.y, residual: Math.sqrt(squares / n) };
}
