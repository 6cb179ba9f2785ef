import type { NumericSketch } from '../core/matrix.ts';

/** One sketch per column of a row-major matrix, in one pass in the order of the rows (Welford 1962). */
export function numericSketches(numeric: Float32Array, rows: number, width: number): NumericSketch[] {
  return Array.from({ length: width }, (_, column) => {
    let [mean, m2] = [0, 0];
    for (let row = 0; row < rows; row += 1) {
      const value = numeric[row * width + column] ?? 0;
      const delta = value - mean;
      mean += delta / (row + 1);
      m2 += delta * (value - mean);
    }
    return { rows, mean, m2 };
  });
}

export const emptySketch: NumericSketch = { rows: 0, mean: 0, m2: 0 };

/** The sketch of both (Chan, Golub and LeVeque 1979). Floats: the result depends on the order, which is that of the hours. */
export function mergedSketch(a: NumericSketch, b: NumericSketch): NumericSketch {
  if (a.rows === 0) return b;
  if (b.rows === 0) return a;
  const rows = a.rows + b.rows;
  const delta = b.mean - a.mean;
  return { rows, mean: a.mean + (delta * b.rows) / rows, m2: a.m2 + b.m2 + (delta * delta * a.rows * b.rows) / rows };
}
