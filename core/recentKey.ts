import type { FeaturePlan, KeyPart, RecentCountPlan, RecentKey, RecentRatePlan } from './featurePlan.ts';

/** A feature that is read from what settled lately. */
export type RecentPlan = RecentRatePlan | RecentCountPlan;

export function isRecent(feature: FeaturePlan): feature is RecentPlan {
  return feature.kind === 'recentRate' || feature.kind === 'recentCount';
}

/** What the key of a recent feature is made of. */
export function keyParts(key: RecentKey): readonly KeyPart[] {
  return 'by' in key ? key.by : [{ column: key.column }];
}

/**
 * Whether a key has so many values that no table of them is kept for each hour: those of several parts. Rows are then
 * counted for where they are read, and the model package alone carries them all.
 */
export function isCompound(key: RecentKey): key is Extract<RecentKey, { by: unknown }> {
  return 'by' in key;
}

/** Whether a feature reads the time of day from a column, which is then a time in which null never comes. */
export function readsTimeOfDay(feature: FeaturePlan, column: string): boolean {
  return (
    isRecent(feature) && keyParts(feature).some((part) => part.column === column && part.timeOfDayMs !== undefined)
  );
}
