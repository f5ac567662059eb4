import { blur } from "../../src/vision/grey.ts";
import type { Picture } from "../../src/vision/picture.ts";

/** px */
export const printSide = 240;
const side = printSide;
/** A print of random blocks and discs: the same seed is the same product. */
export function aPrint(seed: number): Picture {
  let state = seed * 7_919 + 17;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
  const data = new Uint8Array(side * side).fill(200);
  for (let i = 0; i < 90; i++) {
    const [cx, cy, w, h, tone, isDisc] = [next(side), next(side), 5 + next(22), 5 + next(22), next(256), next(3) === 0];
    for (let y = Math.max(0, cy - h); y < Math.min(side, cy + h); y++)
      for (let x = Math.max(0, cx - w); x < Math.min(side, cx + w); x++)
        if (!isDisc || Math.hypot(x - cx, y - cy) < w) data[y * side + x] = tone;
  }
  return { data, width: side, height: side, channels: 1 };
}
/** The print as a camera sees it another time: turned, scaled, shifted, darker, softer, noisy. */
export function seenAgain(picture: Picture, turn: number, size: number): Picture {
  const [cos, sin] = [Math.cos(turn) / size, Math.sin(turn) / size];
  const data = new Uint8Array(side * side).fill(90);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [u, v] = [x - side / 2 - 6, y - side / 2 + 4];
      const [px, py] = [Math.round(side / 2 + u * cos + v * sin), Math.round(side / 2 - u * sin + v * cos)];
      if (px >= 0 && py >= 0 && px < side && py < side)
        data[y * side + x] = 20 + 0.7 * picture.data[py * side + px]! + ((x * 31 + y * 17) % 9);
    }
  const soft = blur({ data, width: side, height: side }, 0.8);
  return { ...picture, data: new Uint8Array(soft.data) };
}
