import { type DecayPoint, lossAt, lossCurve, type RecommendedInterval, recommendInterval } from './economics.ts';
import { leastComparisons } from './expectedGain.ts';
import type { PastRun } from './retrainStanding.ts';
import type { StageRecord } from './run.ts';
import type { MetricName } from './scorecardPlan.ts';

/** What the runs of a pipeline cost and what they give back, by the runs before. */
export interface RetrainEconomics {
  readonly metric: MetricName;
  /** Runs that came to a candidate. */
  readonly runs: number;
  /** The mean of these; null where there are none. */
  readonly retrainSeconds: number | null;
  /** Of the last of these, the mean by stage; what was reused counts as what it took. */
  readonly stageSeconds: Readonly<Record<string, number>>;
  /** How many champions were compared with a candidate on the same rows. */
  readonly comparisons: number;
  /** What a champion lost whose tables were so many hours older; by age. */
  readonly decay: readonly (DecayPoint & { readonly comparisons: number })[];
  /** Of the metric, in the first hour; null where too few were compared. */
  readonly lossOfAnHour: number | null;
  /** Seconds of the machine that are given for 0.01 of the metric over an hour. */
  readonly worthSeconds: number;
  readonly recommended: RecommendedInterval;
}

export interface EconomicsInput {
  readonly metric: MetricName;
  readonly runs: readonly PastRun[];
  /** Of some of the last runs. */
  readonly stages: readonly (readonly StageRecord[])[];
  readonly worthSeconds: number;
}

/** Throws nothing: where too little is known it says so. */
export function retrainEconomics({ metric, runs, stages, worthSeconds }: EconomicsInput): RetrainEconomics {
  const judged = runs.filter(({ outcome }) => outcome !== 'failed');
  const seconds = judged.map((run) => run.seconds);
  const losses = runs.flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
  const retrainSeconds = seconds.length === 0 ? null : meanOf(seconds);
  const decay = byAge(losses);
  const isKnown = losses.length >= leastComparisons;
  const asked = { decay: isKnown ? decay : [], retrainSeconds: retrainSeconds ?? 0, worthSeconds };
  return {
    ...{ metric, runs: judged.length, retrainSeconds, stageSeconds: secondsByStage(stages) },
    ...{ comparisons: losses.length, decay, worthSeconds },
    lossOfAnHour: isKnown ? lossAt(lossCurve(decay), 1) : null,
    recommended: recommendInterval(asked),
  };
}

function byAge(losses: readonly NonNullable<PastRun['loss']>[]): RetrainEconomics['decay'] {
  const ages = Map.groupBy(losses, ({ ageHours }) => ageHours);
  return [...ages]
    .map(([ageHours, those]) => ({
      ...{ ageHours, loss: meanOf(those.map(({ value }) => value)) },
      ...{ weight: those.length, comparisons: those.length },
    }))
    .sort((a, b) => a.ageHours - b.ageHours);
}

function secondsByStage(stages: EconomicsInput['stages']): Record<string, number> {
  const named = Map.groupBy(stages.flat(), ({ name }) => name);
  return Object.fromEntries([...named].map(([name, those]) => [name, meanOf(those.map(({ seconds }) => seconds))]));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
