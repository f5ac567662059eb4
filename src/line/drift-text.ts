import type { DriftFigure } from "../domain/taught.ts";
import type { Drift } from "../projections/drift.ts";

/** Which way a figure may not go, and what has happened then. */
interface FigureRow {
  /** More than taught does harm too. */
  readonly up?: string;
  readonly down?: string;
  readonly digits: number;
}
const rows: Readonly<Record<DriftFigure, FigureRow>> = {
  // Lower is more like the good units.
  score: {
    up: "good units look less and less like the taught ones: look at the newest, and teach again if the product has changed",
    digits: 2,
  },
  brightness: { up: "check lamp and exposure", down: "clean the lens, check lamp and exposure", digits: 0 },
  // A picture sharper than the taught ones shows more.
  sharpness: { down: "clean the lens and refocus", digits: 2 },
};

/** How far it has moved the way that does harm, as a share of what was taught; 0 the other way. */
export function harm({ figure, ratio }: Drift): number {
  const { up, down } = rows[figure];
  const moved = ratio - 1;
  return (moved > 0 && up !== undefined) || (moved < 0 && down !== undefined) ? Math.abs(moved) : 0;
}

/** e.g. `CAM-01: sharpness 0.41, taught 0.52 (-21 %): clean the lens and refocus`. */
export function driftText(drift: Drift): string {
  const { cameraId, figure, now, taught, ratio } = drift;
  const { up, down, digits } = rows[figure];
  const percent = Math.round(100 * (ratio - 1));
  const remedy = harm(drift) === 0 ? "" : `: ${ratio > 1 ? up : down}`;
  return `${cameraId}: ${figure} ${now.toFixed(digits)}, taught ${taught.toFixed(digits)} (${percent > 0 ? "+" : ""}${percent} %)${remedy}`;
}
