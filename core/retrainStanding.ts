import type { RunTrigger } from './retrainDecision.ts';
import type { Replay } from './retrainInput.ts';
import type { Hour } from './time.ts';

/**
 * What is known of a pipeline's retraining, at `retraining/<pipeline>.json`: only ever swapped, so that of two triggers
 * of the same moment one comes first and the other sees it. Times are real ones, milliseconds UTC.
 */
export interface RetrainStanding {
  readonly format: 1;
  readonly underway: UnderwayRun | null;
  /** Those of late, in the order in which they ended. */
  readonly runs: readonly PastRun[];
  /** What hour it was for the run that was let go last: pipelines that follow this one stand there too. */
  readonly replay?: Replay;
}

/** The one run of a pipeline, held for it by the workflow `retrain` that was let go. */
export interface UnderwayRun {
  /** Of Temporal: where it does not run any more the run is over, whatever this says. */
  readonly workflowId: string;
  readonly runId: string;
  readonly asOf: Hour;
  readonly plan: string;
  readonly trigger: RunTrigger;
  readonly startedMs: number;
}

export interface PastRun {
  readonly asOf: Hour;
  readonly plan: string;
  readonly startedMs: number;
  readonly seconds: number;
  /** `failed` says nothing of the candidate: there was none, for want of surroundings or by a person's word. */
  readonly outcome: 'passed' | 'rejected' | 'failed';
  readonly version?: number;
  /** What the champion lost against the candidate, whose tables were so many hours younger. */
  readonly loss?: { readonly ageHours: number; readonly value: number };
}

/** Enough for the budget of a day, a row of rejected candidates, and the economics of weeks. */
export const mostPastRuns = 300;

export const noRetraining: RetrainStanding = { format: 1, underway: null, runs: [] };

export function withUnderway({ runs }: RetrainStanding, underway: UnderwayRun, replay?: Replay): RetrainStanding {
  return { format: 1, underway, runs, ...(replay && { replay }) };
}

/** The run is over: it is counted once, however often that is said. */
export function withEnded(standing: RetrainStanding, runId: string, past: PastRun): RetrainStanding {
  if (standing.underway?.runId !== runId) return standing;
  return { ...standing, underway: null, runs: [...standing.runs, past].slice(-mostPastRuns) };
}

/** The newest hour that a run was judged at; null where there is none. */
export function lastTrained({ runs }: RetrainStanding): Hour | null {
  const judged = runs.filter(({ outcome }) => outcome !== 'failed').map(({ asOf }) => asOf);
  return judged.sort().at(-1) ?? null;
}

/** What is counted of a run whose workflow ended without a word, at `endedMs`. */
export function lostRun({ asOf, plan, startedMs }: UnderwayRun, endedMs: number): PastRun {
  return { asOf, plan, startedMs, seconds: Math.max(0, endedMs - startedMs) / 1_000, outcome: 'failed' };
}
