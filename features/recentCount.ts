import type { RecentCountPlan } from '../core/featurePlan.ts';
import type { RateTable } from '../core/matrix.ts';
import type { FeatureKind, KeyedValues } from './featureKind.ts';
import { emptyTable } from './rate.ts';
import { recentKeyColumn, recentKeySql } from './recentKey.ts';

/**
 * How many labels of a key settled lately: `recentRate`'s table, of which the totals count, and its hours. As `log`,
 * ln(1 + count). A key that is not in the table has 0.
 */
export const recentCount: FeatureKind<RecentCountPlan> = {
  version: 1,
  accepts: ['string', 'boolean', 'int'],
  numericColumns: ({ name, scale }) => [scale === undefined ? { name } : { name, scale }],
  sql: (feature, columnOf) => ({
    gives: 'lookup',
    text: recentKeySql(feature, columnOf),
    valuesIn: (table) => countsIn(table, feature),
  }),
  onnx: (feature, { table, columnOf }) => {
    const values = countsIn(table[feature.name] ?? emptyTable, feature);
    return recentKeyColumn(feature, columnOf, `${feature.name}/count`, values);
  },
};

function countsIn({ keys, totals }: RateTable, { scale }: RecentCountPlan): KeyedValues {
  const values = totals.map((total) => Math.fround(scale === 'log' ? Math.log1p(total) : total));
  return { keys, values, otherwise: 0 };
}
