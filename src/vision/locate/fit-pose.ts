import type { Caliper } from "../edges/caliper.ts";
import type { Point } from "../placement.ts";
import { solve } from "../solve.ts";

/** What the calipers say of the unit's pose, relative to where they were put. */
export interface Fit {
  /** px of the reference picture. */
  readonly dx: number;
  readonly dy: number;
  /** rad, clockwise about the centre. */
  readonly turn: number;
  /** Root of the mean square of the distances of edges that agree, px. */
  readonly residual: number;
  /** Share of all calipers whose edge agrees, 0..1. */
  readonly agreeing: number;
}

const rounds = 8;

/**
 * The turn and shift that explain the readings best: least squares in which what lies far off counts for little
 * (a torn corner moves nothing).
 * @param readings px along each caliper's way in; undefined = no edge was found
 * @param tolerance px: an edge farther off than that does not agree
 */
export function fitPose(
  calipers: readonly Caliper[],
  readings: readonly (number | undefined)[],
  centre: Point,
  tolerance: number,
): Fit | undefined {
  const found = calipers.flatMap(({ at, inward }, i) => {
    const t = readings[i];
    const lever = inward.y * (at.x - centre.x) - inward.x * (at.y - centre.y);
    return t === undefined ? [] : [{ row: [inward.x, inward.y, lever] as const, t }];
  });
  let pose: readonly [number, number, number] = [0, 0, 0];
  // From wide to narrow: a start that is far off must not throw out what is right.
  let width = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const normal = new Float64Array(9);
    const right = new Float64Array(3);
    for (const { row, t } of found) {
      const weight = 1 / (1 + (distance(row, t, pose) / width) ** 2) ** 2;
      for (let a = 0; a < 3; a++) {
        right[a]! += weight * row[a]! * t;
        for (let b = 0; b < 3; b++) normal[a * 3 + b]! += weight * row[a]! * row[b]!;
      }
    }
    const next = solve(normal, right);
    if (!next) return undefined;
    pose = [next[0]!, next[1]!, next[2]!];
    const off = found.map(({ row, t }) => Math.abs(distance(row, t, pose))).sort((a, b) => a - b);
    width = Math.max(tolerance, 3 * 1.48 * off[off.length >> 1]!);
  }
  const squares = found.map(({ row, t }) => distance(row, t, pose) ** 2).filter((d) => d <= tolerance ** 2);
  if (squares.length === 0) return undefined;
  return {
    dx: pose[0],
    dy: pose[1],
    turn: pose[2],
    residual: Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length),
    agreeing: squares.length / calipers.length,
  };
}

const distance = (row: readonly [number, number, number], t: number, pose: readonly [number, number, number]): number =>
  t - row[0] * pose[0] - row[1] * pose[1] - row[2] * pose[2];
