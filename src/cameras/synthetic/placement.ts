import { type Box, bagCanvas, frameSize } from "./geometry.ts";
import { drawsFor } from "./random.ts";

/** How one bag lies under the camera. */
export interface Placement {
  /** Displacement of its centre from the middle of the frame, 1/16 px. */
  readonly dx16: number;
  readonly dy16: number;
  /** Clockwise rotation, mrad. */
  readonly turn_mrad: number;
}

/** Up to ±2 mm off in each direction, up to ±1.4° turned. */
export function placementOf(seed: number, unit: number): Placement {
  const draws = drawsFor(seed, unit, 1);
  return { dx16: draws.int(-64, 64), dy16: draws.int(-64, 64), turn_mrad: draws.int(-24, 24) };
}

/** Sine and cosine by their series: below 30 mrad exact to 1e-9, and, unlike Math.sin, specified to the last bit. */
export function sineCosine(turn_mrad: number): { readonly sin: number; readonly cos: number } {
  const a = turn_mrad / 1_000;
  return { sin: a - (a * a * a) / 6, cos: 1 - (a * a) / 2 + (a * a * a * a) / 24 };
}

/** The frame's box around a box of the bag canvas, rounded outwards and cut at the frame's border. */
export function boxInFrame(placement: Placement, [x, y, width, height]: Box): Box {
  const { sin, cos } = sineCosine(placement.turn_mrad);
  const corners = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ] as const;
  const placed = corners.map(([cx, cy]) => {
    const u = cx - bagCanvas.width / 2;
    const v = cy - bagCanvas.height / 2;
    return [
      frameSize.width / 2 + placement.dx16 / 16 + u * cos - v * sin,
      frameSize.height / 2 + placement.dy16 / 16 + u * sin + v * cos,
    ] as const;
  });
  const xs = placed.map(([px]) => px);
  const ys = placed.map(([, py]) => py);
  const left = Math.max(0, Math.floor(Math.min(...xs)));
  const top = Math.max(0, Math.floor(Math.min(...ys)));
  const right = Math.min(frameSize.width, Math.ceil(Math.max(...xs)));
  const bottom = Math.min(frameSize.height, Math.ceil(Math.max(...ys)));
  return [left, top, right - left, bottom - top];
}
