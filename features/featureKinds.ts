import type { FeatureKind as FeatureKindName } from '../core/featurePlan.ts';
import { bucket } from './bucket.ts';
import { category } from './category.ts';
import { cyclic } from './cyclic.ts';
import { daysBetween } from './daysBetween.ts';
import { difference } from './difference.ts';
import type { FeatureKind } from './featureKind.ts';
import { number } from './number.ts';
import { ratio } from './ratio.ts';
import { recentCount } from './recentCount.ts';
import { recentRate } from './recentRate.ts';
import { textLength } from './textLength.ts';

/** The kinds of features, by the name that the plan gives them. */
export const featureKinds: Readonly<Record<FeatureKindName, FeatureKind>> = {
  number,
  ratio,
  difference,
  daysBetween,
  textLength,
  cyclic,
  category,
  bucket,
  recentRate,
  recentCount,
};
