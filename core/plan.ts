import type { Comparison } from './comparison.ts';
import type { ContractPlan } from './contractPlan.ts';
import type { FeaturePlan } from './featurePlan.ts';
import type { GateRule } from './gatePlan.ts';
import type { ReleasePlan } from './releasePlan.ts';
import type { EveryTrigger, RetrainingPlan, RetrainTrigger } from './retrainPlan.ts';
import type { RolloutPlan } from './rolloutPlan.ts';
import type { ScorecardPlan } from './scorecardPlan.ts';
import type { SearchPlan } from './searchPlan.ts';
import type { ServingPlan } from './servingPlan.ts';
import type { WatchPlan } from './watchPlan.ts';

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
  /** When the champion's tables are looked after between retrainings; left out where they are as old as it is. */
  readonly refresh?: EveryTrigger;
  /** `usualRetraining` where left out. */
  readonly retraining?: RetrainingPlan;
  readonly rollout: RolloutPlan;
  /** Left out where nobody's word is asked for. */
  readonly release?: ReleasePlan;
  /** `usualServing` where left out. */
  readonly serving?: ServingPlan;
  /** Left out where nobody watches it. */
  readonly watch?: WatchPlan;
  readonly answer: AnswerPlan;
}

// ---- label and window ------------------------------------------------------------------------------------------

export interface LabelPlan {
  readonly name: string;
  /** Positive where the column compares so to the value; texts and booleans are only equal to it or not. */
  readonly from: { readonly column: string; readonly is: Comparison; readonly value: number | string | boolean };
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

// ---- after the gate --------------------------------------------------------------------------------------------

export interface AnswerPlan {
  readonly positive: string;
  readonly negative: string;
}
