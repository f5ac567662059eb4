/**
 * Solves `matrix · x = vector` by elimination with pivots. Both are spoiled.
 * @param matrix n × n, row by row @returns undefined when the equations say too little.
 */
export function solve(matrix: Float64Array, vector: Float64Array): Float64Array | undefined {
  const n = vector.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++)
      if (Math.abs(matrix[row * n + column]!) > Math.abs(matrix[pivot * n + column]!)) pivot = row;
    const lead = matrix[pivot * n + column]!;
    if (!(Math.abs(lead) > 1e-12)) return undefined;
    if (pivot !== column) {
      for (let k = 0; k < n; k++) {
        const kept = matrix[column * n + k]!;
        matrix[column * n + k] = matrix[pivot * n + k]!;
        matrix[pivot * n + k] = kept;
      }
      const kept = vector[column]!;
      vector[column] = vector[pivot]!;
      vector[pivot] = kept;
    }
    for (let row = column + 1; row < n; row++) {
      const factor = matrix[row * n + column]! / lead;
      for (let k = column; k < n; k++) matrix[row * n + k]! -= factor * matrix[column * n + k]!;
      vector[row]! -= factor * vector[column]!;
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) vector[row]! -= matrix[row * n + k]! * vector[k]!;
    vector[row]! /= matrix[row * n + row]!;
  }
  return vector;
}
