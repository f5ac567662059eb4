import type { Bitmap } from "./bitmap.ts";

/** A connected set of pixels. */
export interface Blob {
  /** px */
  readonly area: number;
  /** `[x, y, width, height]` px */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  /** Mean position, px. */
  readonly centre: readonly [x: number, y: number];
}

/** Sets of pixels that touch, corners included; all pixels of `marked`, joined through those of `bridges`. Areas count `marked` alone. */
export function blobsOf(marked: Bitmap, bridges: Bitmap): readonly Blob[] {
  const { words, stride, width, height } = bridges;
  const open = words.slice();
  const blobs: Blob[] = [];
  const stack: number[] = [];
  for (let start = 0; start < open.length; start++)
    while (open[start]! !== 0) {
      const bit = 31 - Math.clz32(open[start]! & -open[start]!);
      const y = Math.floor(start / stride);
      let [area, left, right, top, bottom, sumX, sumY] = [0, width, -1, height, -1, 0, 0];
      stack.push(y * width + (start - y * stride) * 32 + bit);
      open[start]! &= ~(1 << bit);
      while (stack.length > 0) {
        const at = stack.pop()!;
        const [ay, ax] = [Math.floor(at / width), at % width];
        if ((marked.words[ay * stride + (ax >>> 5)]! >>> (ax & 31)) & 1) {
          area += 1;
          sumX += ax;
          sumY += ay;
          [left, right, top, bottom] = [
            Math.min(left, ax),
            Math.max(right, ax),
            Math.min(top, ay),
            Math.max(bottom, ay),
          ];
        }
        for (let ny = Math.max(0, ay - 1); ny <= Math.min(height - 1, ay + 1); ny++)
          for (let nx = Math.max(0, ax - 1); nx <= Math.min(width - 1, ax + 1); nx++) {
            const word = ny * stride + (nx >>> 5);
            if (((open[word]! >>> (nx & 31)) & 1) === 0) continue;
            open[word]! &= ~(1 << (nx & 31));
            stack.push(ny * width + nx);
          }
      }
      if (area > 0)
        blobs.push({ area, box: [left, top, right - left + 1, bottom - top + 1], centre: [sumX / area, sumY / area] });
    }
  return blobs;
}
