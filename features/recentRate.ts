import type { RecentRatePlan } from '../core/featurePlan.ts';
import type { FeatureKind } from './featureKind.ts';
import { emptyTable, smoothedRates } from './rate.ts';
import { recentKeyColumn, recentKeySql } from './recentKey.ts';

/**
 * The smoothed share of positives among a key's labels that settled lately. Rows read the table of their own hour, or of
 * an older one; the graph carries the table of one hour, which is why a model goes stale. A key that is not in the table
 * has the rate over all keys.
 */
export const recentRate: FeatureKind<RecentRatePlan> = {
  version: 1,
  accepts: ['string', 'boolean', 'int'],
  numericColumns: ({ name }) => [{ name }],
  sql: (feature, columnOf) => ({
    gives: 'lookup',
    text: recentKeySql(feature, columnOf),
    valuesIn: (table) => smoothedRates(table, feature.smoothing),
  }),
  onnx: (feature, { table, columnOf }) => {
    const rates = smoothedRates(table[feature.name] ?? emptyTable, feature.smoothing);
    return recentKeyColumn(feature, columnOf, `${feature.name}/rate`, rates);
  },
};
