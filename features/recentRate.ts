import type { FeaturePlan } from '../core/featurePlan.ts';
import type { Plan } from '../core/plan.ts';
import type { FeatureKind } from './featureKind.ts';
import { keyLookup, keySql } from './keyLookup.ts';
import { emptyTable, smoothedRates } from './rate.ts';

export type RecentRatePlan = Extract<FeaturePlan, { kind: 'recentRate' }>;

/**
 * The smoothed share of positives among a key's labels that settled lately. Rows read the table of their own hour, or of
 * an older one; the graph carries the table of one hour, which is why a model goes stale. A key that is not in the table
 * has the rate over all keys.
 */
export const recentRate: FeatureKind<RecentRatePlan> = {
  version: 1,
  accepts: ['string', 'boolean', 'int'],
  numericColumns: (feature) => [feature.name],
  sql: (feature, columnType) => ({ gives: 'rate', text: keySql(feature.column, columnType) }),
  onnx: ({ name, column, smoothing }, { table, columnType }) => {
    const { keys, rates, prior } = smoothedRates(table[name] ?? emptyTable, smoothing);
    const [looked, output] = [`${name}/rate`, `${name}/column`];
    const lookup = { name, column, columnType, keys, output: looked };
    return {
      nodes: [
        ...keyLookup({ ...lookup, gives: 'float', values: rates, otherwise: prior }),
        { op: 'Unsqueeze', inputs: [looked, `${name}/axis`], outputs: [output] },
      ],
      initializers: [{ name: `${name}/axis`, type: 'int64', dims: [1], values: BigInt64Array.of(1n) }],
      output,
    };
  },
};

/** A plan's features of this kind, in its order. */
export function recentRatesOf(plan: Plan): RecentRatePlan[] {
  return plan.features.filter((feature) => feature.kind === 'recentRate');
}
