import type { FeatureKind, FeaturePlan } from './featurePlan.ts';

/** Whether null may come in a feature's columns: its kind knows what it means, or the plan says what stands for it. */
export function takesNull(feature: FeaturePlan): boolean {
  return knowingKinds.has(feature.kind) || ('missing' in feature && feature.missing !== undefined);
}

const knowingKinds: ReadonlySet<FeatureKind> = new Set([
  'textLength',
  'category',
  'bucket',
  'recentRate',
  'recentCount',
]);
