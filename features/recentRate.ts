import type { RecentRatePlan } from '../core/featurePlan.ts';
import type { FeatureKind } from './featureKind.ts';
import { keyColumn, keySql } from './keyLookup.ts';
import { emptyTable, smoothedRates } from './rate.ts';

/**
 * The smoothed share of positives among a key's labels that settled lately. Rows read the table of their own hour, or of
 * an older one; the graph carries the table of one hour, which is why a model goes stale. A key that is not in the table
 * has the rate over all keys.
 */
export const recentRate: FeatureKind<RecentRatePlan> = {
  version: 1,
  accepts: ['string', 'boolean', 'int'],
  numericColumns: ({ name }) => [{ name }],
  sql: ({ column, smoothing }, columnOf) => ({
    gives: 'lookup',
    text: keySql(column, columnOf(column).type),
    valuesIn: (table) => smoothedRates(table, smoothing),
  }),
  onnx: ({ name, column, smoothing }, { table, columnOf }) =>
    keyColumn(name, columnOf(column), `${name}/rate`, smoothedRates(table[name] ?? emptyTable, smoothing)),
};
