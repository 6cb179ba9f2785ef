import type { FeaturePlan } from './featurePlan.ts';

/** The names of the columns that a feature is made from, in its own order. */
export function columnsRead(feature: FeaturePlan): readonly string[] {
  return 'columns' in feature ? feature.columns : [feature.column];
}
