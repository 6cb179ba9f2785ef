import type { LearnerPlan } from './learnerPlan.ts';
import type { MetricName } from './scorecardPlan.ts';

export interface SearchPlan {
  readonly learners: readonly LearnerPlan[];
  readonly maximize: MetricName;
  readonly strategy: StrategyPlan;
  readonly seed: number;
}

/** Budgets are epochs over the training rows. */
export type StrategyPlan =
  | { readonly kind: 'exhaustive'; readonly epochs: number }
  | { readonly kind: 'halving'; readonly keep: number; readonly fromEpochs: number; readonly toEpochs: number };
