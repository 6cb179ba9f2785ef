import type { LearnerPlan } from './learnerPlan.ts';
import type { MetricName } from './scorecardPlan.ts';
import type { TrainingPlan } from './trainingPlan.ts';

export interface SearchPlan {
  readonly learners: readonly LearnerPlan[];
  readonly maximize: MetricName;
  readonly strategy: StrategyPlan;
  readonly seed: number;
  /** How many seeds the finalists are trained with; 1 when left out. */
  readonly repeats?: number;
  readonly budget?: SearchBudget;
  readonly training?: TrainingPlan;
  /** One more candidate goes on from the champion; left out where none does. */
  readonly warmStart?: true;
}

/** What a search may spend. Without a limit it ends when its strategy has nothing more to try. */
export interface SearchBudget {
  /** Trials of all rungs and repeats together. */
  readonly trials?: number;
  /** What is tried until then depends on the machine, and so does the outcome. */
  readonly timeMs?: number;
}

/** Budgets are epochs over the training rows. `trials` is how many candidates are drawn; without it all are tried. */
export type StrategyPlan =
  | { readonly kind: 'exhaustive'; readonly epochs: number }
  | { readonly kind: 'random'; readonly trials: number; readonly epochs: number }
  | ({ readonly kind: 'halving' } & Promotion)
  | ({ readonly kind: 'asha' } & Promotion);

/** The share `keep` goes on from each rung to the next one's budget, 1 / `keep` times the one before. */
export interface Promotion {
  readonly keep: number;
  readonly fromEpochs: number;
  readonly toEpochs: number;
  readonly trials?: number;
}

/** How many candidates the strategy draws; undefined where it tries every one there is. */
export function drawsOf(strategy: StrategyPlan): number | undefined {
  return 'trials' in strategy ? strategy.trials : undefined;
}
