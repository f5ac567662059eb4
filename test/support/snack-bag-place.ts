import { placementOf, type Placement as TruePlacement } from "../../src/cameras/synthetic/placement.ts";
import { type Placement, placed } from "../../src/vision/placement.ts";

/** Middle of the synthetic frame that bags are turned about, px: the middle of its pixel, not its corner. */
const frameMiddle = { x: 320.5, y: 256.5 };

/** Where a bag really lies, against the reference picture. */
export const placeOf = ({ dx16, dy16, turn_mrad }: TruePlacement): Placement =>
  placed(turn_mrad / 1_000, frameMiddle, { x: dx16 / 16, y: dy16 / 16 });

/** The same of unit n of the synthetic line. */
export const truePlace = (seed: number, unit: number): Placement => placeOf(placementOf(seed, unit));
