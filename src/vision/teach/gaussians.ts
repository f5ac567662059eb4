/** Positions of a feature grid, and which of them share a covariance. */
export interface BlockedGrid {
  readonly rows: number;
  readonly columns: number;
  /** Side of a block, positions; divides rows and columns. */
  readonly block: number;
  /** Components at each position. */
  readonly components: number;
}

/**
 * First and second moments of component pictures. Moments of disjoint sets of images add and subtract, so leaving a part
 * out costs no second pass.
 */
export interface GridMoments {
  readonly grid: BlockedGrid;
  count: number;
  /** [positions, k], positions row by row. */
  readonly sum: Float64Array;
  /** [blocks, k, k], lower triangle, over all positions of the block. */
  readonly products: Float64Array;
}

export function noGridMoments(grid: BlockedGrid): GridMoments {
  const { rows, columns, block, components: k } = grid;
  return {
    grid,
    count: 0,
    sum: new Float64Array(rows * columns * k),
    products: new Float64Array(((rows * columns) / block ** 2) * k * k),
  };
}

const blockOf = ({ columns, block }: BlockedGrid, row: number, column: number): number =>
  Math.floor(row / block) * (columns / block) + Math.floor(column / block);

/** Adds one picture [positions, k]. */
export function addPicture(moments: GridMoments, picture: Float32Array): void {
  const { grid, sum, products } = moments;
  const { rows, columns, components: k } = grid;
  moments.count += 1;
  for (let i = 0; i < sum.length; i++) sum[i]! += picture[i]!;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * k;
      const to = blockOf(grid, row, column) * k * k;
      for (let i = 0; i < k; i++) {
        const v = picture[from + i]!;
        const line = to + i * k;
        for (let j = 0; j <= i; j++) products[line + j]! += v * picture[from + j]!;
      }
    }
}

/** The three mirror images: along rows, along columns, both. */
export const mirrorings = ["columns", "rows", "both"] as const;

/**
 * The picture [positions, k] with its grid mirrored. The features inside a position stay as they are, which costs no
 * second pass of the network.
 */
export function mirror(
  picture: Float32Array,
  { rows, columns, components: k }: BlockedGrid,
  axes: (typeof mirrorings)[number],
): Float32Array {
  const result = new Float32Array(picture.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const fromRow = axes === "columns" ? row : rows - 1 - row;
      const fromColumn = axes === "rows" ? column : columns - 1 - column;
      const from = (fromRow * columns + fromColumn) * k;
      result.set(picture.subarray(from, from + k), (row * columns + column) * k);
    }
  return result;
}

/** `a + sign · b`, as new moments. */
export function combineMoments(a: GridMoments, b: GridMoments, sign: 1 | -1): GridMoments {
  return {
    grid: a.grid,
    count: a.count + sign * b.count,
    sum: a.sum.map((v, i) => v + sign * b.sum[i]!),
    products: a.products.map((v, i) => v + sign * b.products[i]!),
  };
}

/** What good units look like at each position. */
export interface Gaussians {
  readonly grid: BlockedGrid;
  /** [positions, k] */
  readonly mean: Float32Array;
  /** [blocks, k, k]: `x · W` has unit covariance, x a row vector; upper triangular. */
  readonly whitening: Float32Array;
}

/** How far covariances are pulled to the common one, and the floor under every variance (1 = variance over the whole set). */
const shrinkage = { toCommon: 0.1, floor: 0.01 } as const;

/** Mean per position, covariance per block; shrunk towards the covariance common to all blocks, which is always well known. */
export function gaussiansOf({ grid, count, sum, products }: GridMoments): Gaussians {
  const { rows, columns, block, components: k } = grid;
  const perBlock = block * block;
  const blocks = (rows * columns) / perBlock;
  const mean = Float32Array.from(sum, (s) => s / count);
  const covariance = products.slice();
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * k;
      const to = blockOf(grid, row, column) * k * k;
      for (let i = 0; i < k; i++)
        for (let j = 0; j <= i; j++) covariance[to + i * k + j]! -= (sum[from + i]! * sum[from + j]!) / count;
    }
  const freedom = perBlock * Math.max(1, count - 1);
  const common = new Float64Array(k * k);
  for (let i = 0; i < covariance.length; i++) {
    covariance[i]! /= freedom;
    common[i % (k * k)]! += covariance[i]! / blocks;
  }
  const whitening = new Float32Array(covariance.length);
  for (let b = 0; b < blocks; b++) {
    const own = covariance.subarray(b * k * k, (b + 1) * k * k);
    const shrunk = own.map((v, i) => (1 - shrinkage.toCommon) * v + shrinkage.toCommon * common[i]!);
    for (let i = 0; i < k; i++) shrunk[i * k + i]! += shrinkage.floor;
    whitening.set(inverseTransposedRoot(shrunk, k), b * k * k);
  }
  return { grid, mean, whitening };
}

/** For Σ = L·Lᵀ (lower triangle given) the upper triangular (L⁻¹)ᵀ. */
function inverseTransposedRoot(sigma: Float64Array, k: number): Float64Array {
  const root = new Float64Array(k * k);
  for (let i = 0; i < k; i++)
    for (let j = 0; j <= i; j++) {
      let value = sigma[i * k + j]!;
      for (let m = 0; m < j; m++) value -= root[i * k + m]! * root[j * k + m]!;
      root[i * k + j] = i === j ? Math.sqrt(Math.max(value, 1e-9)) : value / root[j * k + j]!;
    }
  const result = new Float64Array(k * k);
  for (let column = 0; column < k; column++)
    for (let i = column; i < k; i++) {
      let value = i === column ? 1 : 0;
      for (let m = column; m < i; m++) value -= root[i * k + m]! * result[column * k + m]!;
      result[column * k + i] = value / root[i * k + i]!;
    }
  return result;
}

/** Mahalanobis distance over √k at each position: the same as the inspection graph computes. */
export function distanceMap({ grid, mean, whitening }: Gaussians, picture: Float32Array): Float32Array {
  const { rows, columns, components: k } = grid;
  const map = new Float32Array(rows * columns);
  const difference = new Float64Array(k);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const position = row * columns + column;
      const matrix = blockOf(grid, row, column) * k * k;
      for (let i = 0; i < k; i++) difference[i] = picture[position * k + i]! - mean[position * k + i]!;
      let squares = 0;
      for (let j = 0; j < k; j++) {
        let value = 0;
        for (let i = 0; i <= j; i++) value += difference[i]! * whitening[matrix + i * k + j]!;
        squares += value * value;
      }
      map[position] = Math.sqrt(squares / k);
    }
  return map;
}

/** Mean of the `top` highest values: one hot position more or less does not decide. */
export function topMean(map: Float32Array, top: number): number {
  const highest = Float32Array.from(map).sort().subarray(-top);
  return highest.reduce((a, b) => a + b, 0) / highest.length;
}
