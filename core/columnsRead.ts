import type { FeaturePlan } from './featurePlan.ts';
import { isRecent, keyParts } from './recentKey.ts';

/** The names of the columns that a feature is made from, in its own order. */
export function columnsRead(feature: FeaturePlan): readonly string[] {
  if (isRecent(feature)) return keyParts(feature).map(({ column }) => column);
  return 'columns' in feature ? feature.columns : [feature.column];
}
