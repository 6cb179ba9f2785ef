import type { ColumnSketch } from './columnSketch.ts';
import { driftCells } from './driftCells.ts';

/**
 * The Jensen-Shannon distance of two sketches of a column over `driftCells`: the square root of the divergence of Lin
 * 1991 in bits, a metric (Endres and Schindelin 2003), 0 for the same shares and 1 where no cell is shared. Undefined
 * where there is nothing to compare.
 */
export function jensenShannon(reference: ColumnSketch, current: ColumnSketch): number | undefined {
  const cells = driftCells(reference, current);
  if (cells === undefined) return undefined;
  const [p, q] = [shares(cells.reference), shares(cells.current)];
  const divergence = p.reduce((sum, share, at) => {
    const other = q[at] ?? 0;
    const middle = (share + other) / 2;
    return sum + (bits(share, middle) + bits(other, middle)) / 2;
  }, 0);
  // Of equal shares, rounding may leave a little less than nothing.
  return Math.sqrt(Math.min(1, Math.max(0, divergence)));
}

function shares(rows: readonly number[]): number[] {
  const all = rows.reduce((sum, counted) => sum + counted, 0);
  return rows.map((counted) => counted / all);
}

function bits(share: number, middle: number): number {
  return share === 0 ? 0 : share * Math.log2(share / middle);
}
