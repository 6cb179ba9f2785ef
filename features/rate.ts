import type { RateTable } from '../core/matrix.ts';
import type { KeyedValues } from './featureKind.ts';

/**
 * Each key's share of positives, drawn towards the prior by `smoothing` rows of it: (positives + smoothing x prior) /
 * (total + smoothing). The prior is the share over all keys of this table; 0.5 where the table is empty, as nothing is
 * known then. Training rows, scorecard and package all take their rates from here.
 */
export function smoothedRates(table: RateTable, smoothing: number): KeyedValues {
  const { positives, total } = table.all ?? { positives: sum(table.positives), total: sum(table.totals) };
  const prior = total === 0 ? 0.5 : positives / total;
  const values = table.keys.map((_, at) => {
    const [held, rows] = [table.positives[at] ?? 0, table.totals[at] ?? 0];
    return rows + smoothing === 0 ? Math.fround(prior) : Math.fround((held + smoothing * prior) / (rows + smoothing));
  });
  return { keys: table.keys, values, otherwise: Math.fround(prior) };
}

export const emptyTable: RateTable = { keys: [], positives: [], totals: [] };

/** Counts are whole, so their sum is exact in any order. */
function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
