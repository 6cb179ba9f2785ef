import type { RecentCountPlan, RecentRatePlan } from '../core/featurePlan.ts';
import type { Plan } from '../core/plan.ts';

/** A plan's features that are read from the tables of what settled lately, in its order. */
export function recentFeatures(plan: Plan): (RecentRatePlan | RecentCountPlan)[] {
  return plan.features.filter((feature) => feature.kind === 'recentRate' || feature.kind === 'recentCount');
}
