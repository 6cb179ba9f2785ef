import { usualWorthSeconds } from './economics.ts';
import type { MetricName } from './scorecardPlan.ts';
import { hourMs } from './time.ts';

/** What asks for a run by itself, as the pipeline file says it. */
export type RetrainTrigger = EveryTrigger | NewDataTrigger | DriftTrigger | DecayTrigger | AfterTrigger;

export interface EveryTrigger {
  readonly kind: 'every';
  readonly everyMs: number;
}

/** The source has so many whole hours more than the last run saw. */
export interface NewDataTrigger {
  readonly kind: 'new data';
  readonly hours: number;
}

/** A look finds that the rows are not as they were: of these features, or of any one where left out. */
export interface DriftTrigger {
  readonly kind: 'drift';
  readonly of?: readonly string[];
}

/** A look finds on settled labels that the champion is worse than it was. */
export interface DecayTrigger {
  readonly kind: 'decay';
  /** Left out: any metric that a monitor judges. */
  readonly metric?: MetricName;
  /** Shown to be worse than on the champion's own scorecard by more than this; left out: whatever the monitor calls off. */
  readonly by?: number;
}

/** A version of another pipeline was promoted. */
export interface AfterTrigger {
  readonly kind: 'after';
  readonly pipeline: string;
}

/** What holds triggers back. A person's word is held back by none of it, but its run counts. */
export interface RetrainingPlan {
  /** Of any 24 hours: how many runs may begin, and how many minutes they may take. */
  readonly budget: { readonly runs: number; readonly minutes: number };
  /** From the start of one run to the next, where no schedule asks: a schedule keeps its own time. */
  readonly coolDownMs: number;
  /** After so many rejected candidates in a row: `fromMs` from the start of the last, then twice as long each time. */
  readonly backOff: { readonly after: number; readonly fromMs: number; readonly mostMs: number };
  /** With fewer labels settled since the run before there is nothing to learn. */
  readonly leastLabels: number;
  /** Of the metric that the search maximizes: what a run must be expected to give back. */
  readonly leastGain: number;
  /** Seconds of the machine that are given for 0.01 of that metric over an hour. */
  readonly worthSeconds: number;
}

/** What holds where the pipeline file says nothing: enough for a run each half hour, and not for one that asks without end. */
export const usualRetraining: RetrainingPlan = {
  budget: { runs: 48, minutes: 720 },
  coolDownMs: hourMs / 2,
  backOff: { after: 3, fromMs: hourMs, mostMs: 6 * hourMs },
  leastLabels: 0,
  leastGain: 0,
  worthSeconds: usualWorthSeconds,
};
