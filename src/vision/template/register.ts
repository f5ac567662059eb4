import { type Bitmap, emptyBitmap, ones, pixelsAt } from "./bitmap.ts";

/** Where in the template the content of each block of the picture is found. */
export interface Displacements {
  /** Side of a block, px. */
  readonly block: number;
  readonly columns: number;
  readonly rows: number;
  /** px, row by row: picture (x, y) is template (x + dx, y + dy). */
  readonly dx: Int16Array;
  readonly dy: Int16Array;
}

/** Each level halves the blocks of the one before and searches around what that found. `window`: px around a block that have a say. */
const levels = [
  { block: 160, reach: 6, window: 0 },
  { block: 80, reach: 3, window: 8 },
  { block: 40, reach: 2, window: 8 },
  { block: 20, reach: 1, window: 10 },
] as const;
/** Pixels that a shift by one more must win: where nothing tells one position from another the coarse one stays. */
const inertia = 2;

/** Pixels in which a window of the picture differs from the template moved by (dx, dy); gives up above `limit`. */
function difference(
  picture: Bitmap,
  template: Bitmap,
  [left, top, right, bottom]: readonly [number, number, number, number],
  dx: number,
  dy: number,
  limit: number,
): number {
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x += 32) {
      const count = right - x;
      const mask = count >= 32 ? -1 : (1 << count) - 1;
      sum += ones((pixelsAt(picture, x, y) ^ pixelsAt(template, x + dx, y + dy)) & mask);
    }
    if (sum > limit) return sum;
  }
  return sum;
}

/** Finds the displacement of every block, coarse to fine, so that play of the board, lens and feed do not count as defects. */
export function register(picture: Bitmap, template: Bitmap): Displacements {
  const { width, height } = picture;
  let found: Displacements = {
    block: Math.max(width, height),
    columns: 1,
    rows: 1,
    dx: new Int16Array(1),
    dy: new Int16Array(1),
  };
  for (const { block, reach, window } of levels) {
    const [columns, rows] = [Math.ceil(width / block), Math.ceil(height / block)];
    const next: Displacements = {
      block,
      columns,
      rows,
      dx: new Int16Array(columns * rows),
      dy: new Int16Array(columns * rows),
    };
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const parent =
          Math.min(found.rows - 1, Math.floor((row * block) / found.block)) * found.columns +
          Math.min(found.columns - 1, Math.floor((column * block) / found.block));
        const [px, py] = [found.dx[parent]!, found.dy[parent]!];
        const area = [
          Math.max(0, column * block - window),
          Math.max(0, row * block - window),
          Math.min(width, (column + 1) * block + window),
          Math.min(height, (row + 1) * block + window),
        ] as const;
        let [dx, dy] = [px, py];
        let best = difference(picture, template, area, px, py, Infinity);
        for (let ring = 1; ring <= reach; ring++)
          for (let v = -ring; v <= ring; v++)
            for (let u = -ring; u <= ring; u++) {
              if (Math.max(Math.abs(u), Math.abs(v)) !== ring) continue;
              const price = inertia * (Math.abs(u) + Math.abs(v));
              const value = difference(picture, template, area, px + u, py + v, best - price) + price;
              if (value < best) [best, dx, dy] = [value, px + u, py + v];
            }
        next.dx[row * columns + column] = dx;
        next.dy[row * columns + column] = dy;
      }
    found = next;
  }
  return found;
}

/** The template as the picture's blocks lie. */
export function moved(
  template: Bitmap,
  { block, columns, rows, dx, dy }: Displacements,
  width: number,
  height: number,
): Bitmap {
  const result = emptyBitmap(width, height);
  const { words, stride } = result;
  for (let row = 0; row < rows; row++)
    for (let y = row * block; y < Math.min(height, (row + 1) * block); y++)
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column;
        for (let x = column * block; x < Math.min(width, (column + 1) * block); ) {
          const bit = x & 31;
          const count = Math.min(32 - bit, (column + 1) * block - x, width - x);
          const mask = count >= 32 ? -1 : (1 << count) - 1;
          words[y * stride + (x >>> 5)]! |= (pixelsAt(template, x + dx[at]!, y + dy[at]!) & mask) << bit;
          x += count;
        }
      }
  return result;
}

/** The displacement of the block at (x, y), px. */
export function displacementAt(
  { block, columns, rows, dx, dy }: Displacements,
  x: number,
  y: number,
): readonly [dx: number, dy: number] {
  const at = Math.min(rows - 1, Math.floor(y / block)) * columns + Math.min(columns - 1, Math.floor(x / block));
  return [dx[at]!, dy[at]!];
}
