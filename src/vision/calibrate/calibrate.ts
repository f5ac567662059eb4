import { blur, type Grey } from "../grey.ts";
import { degrees } from "../locate/degrees.ts";
import { CalibrationError } from "./calibration-error.ts";
import { type GridPoint, growGrid, trimmed } from "./grid.ts";
import { refineCorner } from "./refine-corner.ts";
import { findSaddles } from "./saddles.ts";

/** A printed chessboard, by its inner corners: where four fields meet. */
export interface Board {
  readonly columns: number;
  readonly rows: number;
  /** Edge of one field, mm. */
  readonly squareMm: number;
}

/** What the picture of a board tells of a camera that looks straight down. */
export interface Calibration {
  /** On the plane that the board lay in. */
  readonly mmPerPx: number;
  /** Of the board against the picture's rows, °, clockwise, −45..45. */
  readonly turnDeg: number;
  /** Root of the mean square distance of the corners from where one scale for all puts them, px. */
  readonly residualPx: number;
  /** The same, the farthest one. */
  readonly worstPx: number;
  readonly corners: number;
}

/** A sharp print seen straight on stays below 0.1 px; a lens that leaves 0.3 px changes the scale across the picture by about 1 %. */
const mostResidualPx = 0.25;
/** Blurs that are tried, px: a sharp picture first, then one of many px per field with noise or bad focus. */
const blurs = [1.2, 2.5, 5] as const;

/** @throws CalibrationError when the board is not found whole, or the picture has not one scale. */
export function calibrate(grey: Grey, board: Board): Calibration {
  const corners = findBoard(grey, board);
  const fit = fitScale(corners, board.squareMm);
  if (fit.residualPx <= mostResidualPx) return fit;
  throw new CalibrationError(
    `The corners lie ${fit.residualPx.toFixed(2)} px (at worst ${fit.worstPx.toFixed(2)} px) off a plane seen straight on; at most ${mostResidualPx} px are taken. Lay the board flat and the camera square to it (tilt shows as fields that shrink to one side); if edges of the board look bent, the lens distorts: use one of longer focal length, from farther away.`,
  );
}

/** The corners of the whole board, refined. @throws CalibrationError saying what was seen instead. */
export function findBoard(grey: Grey, { columns, rows }: Board): readonly GridPoint[] {
  let seen = { points: [] as readonly GridPoint[], columns: 0, rows: 0 };
  for (const sigma of blurs) {
    const saddles = findSaddles(blur(grey, sigma), 4 * columns * rows + 100);
    for (const seed of saddles.slice(0, 12)) {
      const grid = trimmed(growGrid(saddles, seed));
      const fits = (grid.columns === columns && grid.rows === rows) || (grid.columns === rows && grid.rows === columns);
      if (fits && grid.points.length === columns * rows) {
        const refined = refine(grey, grid.points);
        if (refined) return refined;
      }
      if (grid.points.length > seen.points.length) seen = grid;
    }
  }
  const what =
    seen.points.length < 9
      ? "No chessboard is to be seen."
      : `${seen.points.length} corners in ${seen.columns} × ${seen.rows} are to be seen, not ${columns} × ${rows}.`;
  throw new CalibrationError(
    `${what} Count inner corners (where four fields meet; a board of 10 × 7 fields has 9 × 6), show the whole board with a white rim, in focus, without glare, at least 10 px per field.`,
  );
}

function refine(grey: Grey, points: readonly GridPoint[]): readonly GridPoint[] | undefined {
  const at = new Map(points.map((p) => [`${p.column},${p.row}`, p.at]));
  const sides = points.flatMap((p) => {
    const next = at.get(`${p.column + 1},${p.row}`);
    return next ? [Math.hypot(next.x - p.at.x, next.y - p.at.y)] : [];
  });
  // Not as far as the next corner, whichever way the board is turned.
  const reach = Math.max(3, Math.min(24, 0.4 * Math.min(...sides)));
  const refined = points.map((p) => ({ ...p, at: refineCorner(grey, p.at, reach) }));
  return refined.every((p): p is GridPoint => p.at !== undefined) ? refined : undefined;
}

/** One scale, turn and shift for all corners, by least squares. */
export function fitScale(corners: readonly GridPoint[], squareMm: number): Calibration {
  const n = corners.length;
  const mean = (of: (p: GridPoint) => number): number => corners.reduce((sum, p) => sum + of(p), 0) / n;
  const [mu, mv] = [mean((p) => p.column) * squareMm, mean((p) => p.row) * squareMm];
  const [mx, my] = [mean((p) => p.at.x), mean((p) => p.at.y)];
  const centred = corners.map(({ column, row, at }) => ({
    u: column * squareMm - mu,
    v: row * squareMm - mv,
    x: at.x - mx,
    y: at.y - my,
  }));
  const total = centred.reduce((sum, { u, v }) => sum + u * u + v * v, 0);
  const a = centred.reduce((sum, { u, v, x, y }) => sum + u * x + v * y, 0) / total;
  const b = centred.reduce((sum, { u, v, x, y }) => sum + u * y - v * x, 0) / total;
  const off = centred.map(({ u, v, x, y }) => Math.hypot(a * u - b * v - x, b * u + a * v - y));
  return {
    mmPerPx: 1 / Math.hypot(a, b),
    // A board looks the same from its other side: within a quarter turn there is one answer.
    turnDeg: ((degrees(Math.atan2(b, a)) + 225) % 90) - 45,
    residualPx: Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / n),
    worstPx: Math.max(...off),
    corners: n,
  };
}
