import type { Grey } from "../grey.ts";
import type { Placement } from "../placement.ts";

/**
 * A part of the located unit, upright and `factor` times smaller; each px is the mean of `factor²` px of the picture.
 * @param left px of the reference picture; may lie outside of it: the border goes on @param width px of the result
 */
export function shrink(
  { data, width: stride, height: rows }: Grey,
  { a, b, dx, dy }: Placement,
  left: number,
  top: number,
  width: number,
  height: number,
  factor: number,
): Grey {
  const result = new Uint8Array(width * height);
  const sums = new Uint16Array(width);
  const share = 1 / (factor * factor);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let fine = 0; fine < factor; fine++) {
      const ry = top + y * factor + fine + 0.5;
      // Of the middle of a px; its column and row are the whole part.
      let px = a * (left + 0.5) - b * ry + dx;
      let py = b * (left + 0.5) + a * ry + dy;
      for (let x = 0; x < width; x++)
        for (let k = 0; k < factor; k++, px += a, py += b) {
          const column = px < 0 ? 0 : px >= stride ? stride - 1 : px | 0;
          const row = py < 0 ? 0 : py >= rows ? rows - 1 : py | 0;
          sums[x]! += data[row * stride + column]!;
        }
    }
    for (let x = 0; x < width; x++) result[y * width + x] = sums[x]! * share + 0.5;
  }
  return { data: result, width, height };
}
