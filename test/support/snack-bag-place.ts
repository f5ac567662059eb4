import { placementOf } from "../../src/cameras/synthetic/placement.ts";
import { type Placement, placed } from "../../src/vision/placement.ts";

/** Middle of the synthetic frame that bags are turned about, px: the middle of its pixel, not its corner. */
export const frameMiddle = { x: 320.5, y: 256.5 };

/** Where unit n of the synthetic line really lies, against the reference picture. */
export function trueShift(
  seed: number,
  unit: number,
): { readonly dx: number; readonly dy: number; readonly turn: number } {
  const { dx16, dy16, turn_mrad } = placementOf(seed, unit);
  return { dx: dx16 / 16, dy: dy16 / 16, turn: turn_mrad / 1_000 };
}

/** The same as a placement. */
export function truePlace(seed: number, unit: number): Placement {
  const { dx, dy, turn } = trueShift(seed, unit);
  return placed(turn, frameMiddle, { x: dx, y: dy });
}
