import type { Point } from "../placement.ts";

/** A point with its place in a grid. */
export interface GridPoint {
  readonly column: number;
  readonly row: number;
  readonly at: Point;
}

/** How far a point may lie off where its neighbours expect it, as a share of their distance. */
const slack = 0.25;

const minus = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y });
const plus = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y });
const length = ({ x, y }: Point): number => Math.hypot(x, y);

/** The grid that grows from one of the points, neighbour by neighbour; steps follow the local distance, so that a bent grid is followed too. */
export function growGrid(points: readonly Point[], seed: Point): readonly GridPoint[] {
  const steps = firstSteps(points, seed);
  if (!steps) return [];
  const found = new Map<string, GridPoint>();
  const taken = new Set<Point>();
  const waiting: {
    readonly column: number;
    readonly row: number;
    readonly at: Point;
    readonly right: Point;
    readonly down: Point;
  }[] = [];
  const take = (column: number, row: number, at: Point, right: Point, down: Point): void => {
    found.set(`${column},${row}`, { column, row, at });
    taken.add(at);
    waiting.push({ column, row, at, right, down });
  };
  take(0, 0, seed, steps.right, steps.down);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { column, row, at, right, down } = next;
    for (const [dc, dr] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      if (found.has(`${column + dc},${row + dr}`)) continue;
      const step = dc !== 0 ? { x: dc * right.x, y: dc * right.y } : { x: dr * down.x, y: dr * down.y };
      const hit = nearest(points, plus(at, step), slack * length(step));
      if (!hit || taken.has(hit)) continue;
      const made = minus(hit, at);
      if (dc !== 0) take(column + dc, row, hit, { x: dc * made.x, y: dc * made.y }, down);
      else take(column, row + dr, hit, right, { x: dr * made.x, y: dr * made.y });
    }
  }
  return [...found.values()];
}

/** To the nearest point, and to the nearest one about square to that. */
function firstSteps(
  points: readonly Point[],
  seed: Point,
): { readonly right: Point; readonly down: Point } | undefined {
  const near = points
    .filter((p) => p !== seed)
    .map((p) => minus(p, seed))
    .sort((a, b) => length(a) - length(b))
    .slice(0, 12);
  const [first] = near;
  if (!first) return undefined;
  const second = near.find(
    (v) => Math.abs(v.x * first.x + v.y * first.y) < 0.4 * length(v) * length(first) && length(v) < 1.5 * length(first),
  );
  if (!second) return undefined;
  // The step that points more along the picture's rows is `right`, the other `down`: the grid is never mirrored.
  const [along, across] = Math.abs(first.x) >= Math.abs(second.x) ? [first, second] : [second, first];
  const right = along.x < 0 ? { x: -along.x, y: -along.y } : along;
  const turned = right.x * across.y - right.y * across.x;
  return { right, down: turned < 0 ? { x: -across.x, y: -across.y } : across };
}

function nearest(points: readonly Point[], to: Point, within: number): Point | undefined {
  let best: Point | undefined;
  let least = within;
  for (const p of points) {
    const d = length(minus(p, to));
    if (d < least) [best, least] = [p, d];
  }
  return best;
}

/** Takes border lines away that are not even half full (print beside the board), and counts columns and rows from 0. */
export function trimmed(grid: readonly GridPoint[]): {
  readonly points: readonly GridPoint[];
  readonly columns: number;
  readonly rows: number;
} {
  let points = grid;
  for (;;) {
    const [cs, rs] = [points.map((p) => p.column), points.map((p) => p.row)];
    const [left, right, top, bottom] = [Math.min(...cs), Math.max(...cs), Math.min(...rs), Math.max(...rs)];
    const [columns, rows] = [right - left + 1, bottom - top + 1];
    if (points.length === 0) return { points, columns: 0, rows: 0 };
    const borders: readonly (readonly [(p: GridPoint) => boolean, number])[] = [
      [(p) => p.column === left, rows],
      [(p) => p.column === right, rows],
      [(p) => p.row === top, columns],
      [(p) => p.row === bottom, columns],
    ];
    const sparse = borders.find(([lies, full]) => points.filter(lies).length < full / 2);
    if (!sparse)
      return { points: points.map((p) => ({ ...p, column: p.column - left, row: p.row - top })), columns, rows };
    points = points.filter((p) => !sparse[0](p));
  }
}
