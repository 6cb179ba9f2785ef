import type { ColumnSketch } from '../sketches/columnSketch.ts';
import { evenCells } from './columnCells.ts';
import { cumulativeTest } from './cumulativeTest.ts';
import { type DriftTest, fewestRows } from './driftTest.ts';

/**
 * Whether the numbers of two sketches of a column are spread alike: the distance of Kolmogorov and Smirnov, 0 to 1, at up
 * to 32 places that part all rows of both evenly. Ties are no matter: the law is that of all rows dealt out anew.
 * Undefined, too little to say, where a side has fewer values than `leastRows`, or both have one value alone.
 */
export function columnDistanceTest(
  reference: ColumnSketch,
  window: ColumnSketch,
  leastRows: number = fewestRows,
): DriftTest | undefined {
  const cells = evenCells(reference, window, mostPlaces);
  const [rows, otherRows] = [total(cells.window), total(cells.reference)];
  if (Math.min(rows, otherRows) < leastRows || cells.window.length < 2) return undefined;
  const sizes = cells.window.map((counted, at) => counted + (cells.reference[at] ?? 0));
  let [largest, below, otherBelow] = [0, 0, 0];
  for (const [at, counted] of cells.window.entries()) {
    below += counted;
    otherBelow += cells.reference[at] ?? 0;
    largest = Math.max(largest, Math.abs(below / rows - otherBelow / otherRows));
  }
  return cumulativeTest(largest, { kind: 'counted', size: rows + otherRows, rows }, sizes);
}

const mostPlaces = 32;

function total(counts: readonly number[]): number {
  return counts.reduce((sum, counted) => sum + counted, 0);
}
