import type { ColumnSketch } from './columnSketch.ts';
import { driftCells } from './driftCells.ts';

/**
 * The population stability index of two sketches of a column over `driftCells` (Siddiqi 2006; Jeffreys' divergence of
 * 1946): the sum of (q - p) ln(q / p), 0 for the same shares. Half a row is added to each cell, so that an empty one does
 * not make it infinite. Without drift it is (cells - 1) (1 / rows + 1 / other rows) on average (Yurdakul and Naranjo
 * 2020). Undefined where there is nothing to compare.
 */
export function psi(reference: ColumnSketch, current: ColumnSketch): number | undefined {
  const cells = driftCells(reference, current);
  if (cells === undefined) return undefined;
  const [p, q] = [smoothed(cells.reference), smoothed(cells.current)];
  return p.reduce((sum, share, at) => sum + ((q[at] ?? 0) - share) * Math.log((q[at] ?? 0) / share), 0);
}

function smoothed(rows: readonly number[]): number[] {
  const all = rows.reduce((sum, counted) => sum + counted + 0.5, 0);
  return rows.map((counted) => (counted + 0.5) / all);
}
