import type { LearnerKind } from './learnerPlan.ts';
import type { MetricName } from './scorecardPlan.ts';
import type { TrainingPlan } from './trainingPlan.ts';

export type Parameters = Readonly<Record<string, number | string | readonly number[]>>;

/** A point of the grid. */
export type Candidate = KnownCandidate | ModuleCandidate;

interface KnownCandidate {
  readonly learner: LearnerKind;
  readonly module?: never;
  readonly parameters: Parameters;
}

/** Of a learner of the project's own. */
export interface ModuleCandidate {
  readonly learner: 'module';
  readonly module: LearnerModule;
  readonly parameters: Parameters;
}

/** The file that holds a learner, as the plan pins it. */
export interface LearnerModule {
  readonly name: string;
  /** Relative to the project's folder. */
  readonly path: string;
  /** SHA-256 of the file; left out of a plan that nobody loaded from its folder, and such a learner is not trained. */
  readonly digest?: string;
}

/** What one trial activity is asked to do: train a candidate up to a budget, on from its last checkpoint. */
export interface TrialRequest {
  readonly candidate: Candidate;
  /** `objects/<sha256>` of the `FeatureMatrix`. */
  readonly matrix: string;
  readonly seed: number;
  /** Epochs over the training rows, counted from the very start. */
  readonly epochs: number;
  readonly backend: string;
  readonly threads: number;
  readonly metrics: readonly MetricName[];
  /** As the search's plan says; left out where all is as usual. */
  readonly training?: TrainingPlan;
  /** `objects/<sha256>` of the `ModelPackage` whose weights it begins with; those of its seed when left out. */
  readonly warmStart?: string;
}

/** One more candidate of a search, which goes on from a model that is there. */
export interface WarmStart {
  readonly candidate: Candidate;
  /** `objects/<sha256>` of the `ModelPackage`. */
  readonly package: string;
}

/** A finished trial, at `trials/<key>/result.json` (create-only). */
export interface TrialResult {
  readonly key: string;
  readonly candidate: Candidate;
  readonly epochs: number;
  readonly steps: number;
  readonly rowsTrained: number;
  readonly backend: string;
  /** Each metric on the validation rows; null where training diverged. */
  readonly validation: Readonly<Partial<Record<MetricName, number>>> | null;
  /** `objects/<sha256>` of the weights. */
  readonly weights: string;
  /** Of the process that trained and validated it, shared alike among those side by side. */
  readonly seconds: number;
  /** As the request says. */
  readonly warmStart?: string;
}
