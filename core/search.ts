import type { TrialCounts } from './run.ts';
import type { TrialResult } from './trial.ts';

/** What a search gives: the best trial, and where all of them are told. */
export interface SearchOutcome {
  readonly best: TrialResult;
  readonly trials: TrialCounts;
}
