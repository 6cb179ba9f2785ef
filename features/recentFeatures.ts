import type { Plan } from '../core/plan.ts';
import { isCompound, isRecent, type RecentPlan } from '../core/recentKey.ts';

/** A plan's features that are read from what settled lately, in its order. */
export function recentFeatures(plan: Plan): RecentPlan[] {
  return plan.features.filter(isRecent);
}

/** Those of them of which each hour has a table. */
export function tabledFeatures(plan: Plan): RecentPlan[] {
  return recentFeatures(plan).filter((feature) => !isCompound(feature));
}

/** Those whose labels are counted for the keys that rows ask for. */
export function compoundFeatures(plan: Plan): RecentPlan[] {
  return recentFeatures(plan).filter(isCompound);
}
