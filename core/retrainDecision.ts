import type { MetricName } from './scorecardPlan.ts';
import type { Hour } from './time.ts';

/** Who or what asked for a run. */
export interface RunTrigger {
  readonly kind: TriggerKind;
  /** One sentence with the figures; left out where the kind says it all. */
  readonly why?: string;
  /** The look that saw it: `Look.at`. */
  readonly look?: string;
}

export type TriggerKind = 'schedule' | 'person' | 'new data' | 'drift' | 'decay' | 'upstream';

/**
 * Whether a pipeline is retrained, and why. Of each that somebody or something asked for there is one at
 * `decisions/<pipeline>/<at>-<id>.json`, written once.
 */
export interface RetrainDecision {
  readonly format: 1;
  readonly pipeline: string;
  /** ISO time, UTC. */
  readonly at: string;
  /** What time it was where the past is replayed, ISO, UTC: lengths of time are measured by it. `at`, where it is not. */
  readonly clock: string;
  /** Null: no trigger of the plan asks for a run, and the decision is not kept. */
  readonly trigger: RunTrigger | null;
  readonly outcome: RetrainOutcome;
  readonly reason: RetrainReason;
  /** One sentence with the figures: `skipped: 41 settled labels, 500 needed`. */
  readonly text: string;
  /** Null where nobody asked. */
  readonly numbers: RetrainNumbers | null;
  readonly plan: string;
  /** Null likewise. */
  readonly asOf: Hour | null;
  /** The workflow of Temporal that holds the run under way, where it waits for that or joined it. */
  readonly awaits?: { readonly workflowId: string; readonly runId: string };
}

/** `waits`: a person's run begins when the one under way has ended. `joined`: the run under way is of the same hour. */
export type RetrainOutcome = 'run' | 'waits' | 'joined' | 'skipped';

export type RetrainReason =
  | 'asked for'
  | 'not asked for'
  | 'nothing new'
  | 'under way'
  | 'paused'
  | 'budget'
  | 'backing off'
  | 'cooling down'
  | 'too few labels'
  | 'too little to gain';

/** What the decision was made on; null: not known. */
export interface RetrainNumbers {
  /** Begun in the 24 hours before, and the minutes they took. */
  readonly runs: number;
  readonly minutes: number;
  /** What the next is taken to need: as many as the longest of these. */
  readonly nextMinutes: number;
  readonly mostRuns: number;
  readonly mostMinutes: number;
  /** Candidates in a row that were rejected. */
  readonly rejected: number;
  /** Until when it waits, ISO, UTC, by `clock`; null where it waits for no time. */
  readonly until: string | null;
  readonly newLabels: number | null;
  readonly leastLabels: number;
  readonly gain: ExpectedGain | null;
  readonly leastGain: number;
}

/** What a run now is expected to give back, by what models of such an age lost before. */
export interface ExpectedGain {
  readonly metric: MetricName;
  readonly value: number;
  /** Hours by which the champion is older than the run's candidate would be. */
  readonly ageHours: number;
}
