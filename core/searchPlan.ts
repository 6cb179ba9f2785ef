import type { LearnerPlan } from './learnerPlan.ts';
import type { MetricName } from './scorecardPlan.ts';

export interface SearchPlan {
  readonly learners: readonly LearnerPlan[];
  readonly maximize: MetricName;
  readonly strategy: StrategyPlan;
  readonly seed: number;
}

/** Budgets are epochs over the training rows. `trials` is how many candidates are drawn; without it all are tried. */
export type StrategyPlan =
  | { readonly kind: 'exhaustive'; readonly epochs: number }
  | { readonly kind: 'random'; readonly trials: number; readonly epochs: number }
  | {
      readonly kind: 'halving';
      readonly keep: number;
      readonly fromEpochs: number;
      readonly toEpochs: number;
      readonly trials?: number;
    };

/** How many candidates the strategy draws; undefined where it tries every one there is. */
export function drawsOf(strategy: StrategyPlan): number | undefined {
  return 'trials' in strategy ? strategy.trials : undefined;
}
