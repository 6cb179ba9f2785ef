import type { FeatureKind as FeatureKindName } from '../core/featurePlan.ts';
import { category } from './category.ts';
import { cyclic } from './cyclic.ts';
import type { FeatureKind } from './featureKind.ts';
import { number } from './number.ts';
import { recentRate } from './recentRate.ts';

/** The kinds of features, by the name that the plan gives them. */
export const featureKinds: Readonly<Record<FeatureKindName, FeatureKind>> = { number, category, cyclic, recentRate };
