import type { Comparison } from './comparison.ts';
import type { ContractPlan } from './contractPlan.ts';

/**
 * The plan: a pipeline as JSON. `definePipeline` makes it, a run is pinned to it, every stage's key holds its section.
 * Durations are milliseconds, shares are 0 to 1. Its id is the SHA-256 of its canonical JSON.
 */
export interface Plan {
  readonly format: 1;
  readonly pipeline: string;
  readonly contract: ContractPlan;
  readonly label: LabelPlan;
  readonly window: WindowPlan;
  /** In the order of the pipeline file, which is the order of the matrix's columns. */
  readonly features: readonly FeaturePlan[];
  readonly search: SearchPlan;
  readonly scorecard: ScorecardPlan;
  readonly gate: readonly GateRule[];
  readonly retrain: readonly RetrainTrigger[];
  readonly rollout: RolloutPlan;
  readonly answer: AnswerPlan;
}

// ---- label and window ------------------------------------------------------------------------------------------

export interface LabelPlan {
  readonly name: string;
  /** Positive where the column compares so to the value. */
  readonly from: { readonly column: string; readonly is: Comparison; readonly value: number };
  /** Settle time = event time + column x timesMs + plusMs. */
  readonly settlesAfter: { readonly column?: string; readonly timesMs: number; readonly plusMs: number };
  /** cutoff = asOf - settlesWithinMs. */
  readonly settlesWithinMs: number;
}

export interface WindowPlan {
  readonly trainMs: number;
  readonly validateMs: number;
  readonly testMs: number;
}

// ---- features --------------------------------------------------------------------------------------------------

export type FeaturePlan =
  | { readonly kind: 'number'; readonly name: string; readonly column: string }
  | { readonly kind: 'category'; readonly name: string; readonly column: string }
  | { readonly kind: 'cyclic'; readonly name: string; readonly column: string; readonly period: CyclicPeriod }
  | {
      readonly kind: 'recentRate';
      readonly name: string;
      readonly column: string;
      readonly overMs: number;
      /** Weight, in rows, of the rate over all keys towards which each key's rate is smoothed. */
      readonly smoothing: number;
    };

export type FeatureKind = FeaturePlan['kind'];
export type CyclicPeriod = 'hour of day' | 'day of week';

// ---- search ----------------------------------------------------------------------------------------------------

export interface SearchPlan {
  readonly learners: readonly LearnerPlan[];
  readonly maximize: MetricName;
  readonly strategy: StrategyPlan;
  readonly seed: number;
}

/** A learner and the values each of its parameters may take; the grid is their product. */
export type LearnerPlan =
  | { readonly kind: 'logistic'; readonly l2: readonly number[]; readonly learningRate: readonly number[] }
  | {
      readonly kind: 'mlp';
      readonly hidden: readonly (readonly number[])[];
      readonly learningRate: readonly number[];
      readonly l2: readonly number[];
    };

export type LearnerKind = LearnerPlan['kind'];

/** Budgets are epochs over the training rows. */
export type StrategyPlan =
  | { readonly kind: 'exhaustive'; readonly epochs: number }
  | { readonly kind: 'halving'; readonly keep: number; readonly fromEpochs: number; readonly toEpochs: number };

// ---- judgement -------------------------------------------------------------------------------------------------

export type MetricName = 'auc' | 'log loss' | 'brier' | 'calibration error';

export interface ScorecardPlan {
  readonly metrics: readonly MetricName[];
  readonly slices: readonly string[];
}

export type GateRule =
  | { readonly kind: 'atLeast' | 'atMost'; readonly metric: MetricName; readonly value: number }
  /** Not worse than the champion (or the reference) by more than `by`, in the metric's own direction. */
  | { readonly kind: 'noWorseThanChampion' | 'noWorseThanReference'; readonly metric: MetricName; readonly by: number };

// ---- after the gate --------------------------------------------------------------------------------------------

export interface RetrainTrigger {
  readonly kind: 'every';
  readonly everyMs: number;
}

export interface RolloutPlan {
  /** Golden rows must match in each serving process before a version answers. */
  readonly parity: boolean;
  readonly shadowMs: number;
}

export interface AnswerPlan {
  readonly positive: string;
  readonly negative: string;
}
