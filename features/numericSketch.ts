import type { NumericSketch } from '../core/matrix.ts';
import type { NumericColumn } from './featureKind.ts';
import { emptySpread, spreadSketch } from './spreadSketch.ts';

/** One sketch per column of a row-major matrix, in one pass in the order of the rows (Welford 1962). */
export function numericSketches(
  numeric: Float32Array,
  rows: number,
  columns: readonly NumericColumn[],
): NumericSketch[] {
  return columns.map((column, offset) => {
    let [count, mean, m2] = [0, 0, 0];
    for (let row = 0; row < rows; row += 1) {
      const value = numeric[row * columns.length + offset] ?? 0;
      if (Number.isNaN(value)) continue;
      count += 1;
      const delta = value - mean;
      mean += delta / count;
      m2 += delta * (value - mean);
    }
    const sketch = { rows: count, mean, m2 };
    return needsSpread(column)
      ? { ...sketch, spread: spreadSketch(columnOf(numeric, offset, columns.length)) }
      : sketch;
  });
}

/** Whether a median or quantiles are asked for. */
export function needsSpread({ scale, missing }: NumericColumn): boolean {
  return scale === 'quantile' || missing === 'median';
}

function* columnOf(numeric: Float32Array, offset: number, width: number): Generator<number> {
  for (let at = offset; at < numeric.length; at += width) yield numeric[at] ?? 0;
}

export const emptySketch: NumericSketch = { rows: 0, mean: 0, m2: 0 };

export function emptySketchOf(column: NumericColumn): NumericSketch {
  return needsSpread(column) ? { ...emptySketch, spread: emptySpread } : emptySketch;
}

/**
 * The sketch of both (Chan, Golub and LeVeque 1979), without the spread. Floats: the result depends on the order, which is
 * that of the hours.
 */
export function mergedSketch(a: NumericSketch, b: NumericSketch): NumericSketch {
  if (a.rows === 0) return b;
  if (b.rows === 0) return a;
  const rows = a.rows + b.rows;
  const delta = b.mean - a.mean;
  return { rows, mean: a.mean + (delta * b.rows) / rows, m2: a.m2 + b.m2 + (delta * delta * a.rows * b.rows) / rows };
}
