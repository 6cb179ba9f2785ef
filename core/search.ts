import type { TrialRow } from './run.ts';
import type { TrialResult } from './trial.ts';

/** What a search gives: the best trial, and every trial of every rung. */
export interface SearchOutcome {
  readonly best: TrialResult;
  readonly trials: readonly TrialRow[];
}
