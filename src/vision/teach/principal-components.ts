import type { Projection } from "../model/anomaly-graph.ts";

/** Running mean and covariance of vectors of one length; numbers are doubles throughout. */
export interface Moments {
  readonly length: number;
  count: number;
  readonly sum: Float64Array;
  /** Row-major, lower triangle. */
  readonly products: Float64Array;
}

export const noMoments = (length: number): Moments => ({
  length,
  count: 0,
  sum: new Float64Array(length),
  products: new Float64Array(length * length),
});

/** Adds one vector. */
export function addVector(moments: Moments, vector: Float32Array): void {
  const { length, sum, products } = moments;
  moments.count += 1;
  for (let i = 0; i < length; i++) {
    const v = vector[i]!;
    sum[i]! += v;
    const row = i * length;
    for (let j = 0; j <= i; j++) products[row + j]! += v * vector[j]!;
  }
}

/**
 * The `k` strongest principal components of channels that were first brought to equal variance, so that a scale with
 * loud channels does not drown the others. By subspace iteration: only the span of the strongest is needed.
 */
export function principalComponents(moments: Moments, k: number): Projection {
  const { length: n, count, sum, products } = moments;
  const mean = sum.map((s) => s / count);
  const deviation = mean.map((m, i) => Math.sqrt(Math.max(products[i * n + i]! / count - m * m, 1e-12)));
  const correlation = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const value = (products[i * n + j]! / count - mean[i]! * mean[j]!) / (deviation[i]! * deviation[j]!);
      correlation[i * n + j] = value;
      correlation[j * n + i] = value;
    }
  // Deterministic start, so that the same images always give the same package.
  const basis = Array.from({ length: k }, (_, r) =>
    Float64Array.from({ length: n }, (_, i) => Math.cos(r * 1.7 + i * (r + 1))),
  );
  orthonormalise(basis);
  let variances: number[] = [];
  for (let iteration = 0; iteration < 20; iteration++) {
    for (const vector of basis) vector.set(multiply(correlation, vector));
    variances = orthonormalise(basis);
  }
  const projection = new Float32Array(k * n);
  const offset = new Float32Array(k);
  for (let r = 0; r < k; r++) {
    const scale = 1 / Math.sqrt(Math.max(variances[r]!, 1e-6));
    let shift = 0;
    for (let i = 0; i < n; i++) {
      const weight = (basis[r]![i]! * scale) / deviation[i]!;
      projection[r * n + i] = weight;
      shift -= weight * mean[i]!;
    }
    offset[r] = shift;
  }
  return { components: k, projection, offset };
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * vector[j]!;
    result[i] = sum;
  }
  return result;
}

/** Gram–Schmidt in place; answers the length each vector had left: near convergence its eigenvalue. */
function orthonormalise(vectors: readonly Float64Array[]): number[] {
  return vectors.map((vector, index) => {
    for (const earlier of vectors.slice(0, index)) {
      let dot = 0;
      for (let i = 0; i < vector.length; i++) dot += vector[i]! * earlier[i]!;
      for (let i = 0; i < vector.length; i++) vector[i]! -= dot * earlier[i]!;
    }
    const length = Math.hypot(...vector);
    for (let i = 0; i < vector.length; i++) vector[i]! /= length || 1;
    return length;
  });
}
