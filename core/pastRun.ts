import { higherIsBetter } from './metricDirection.ts';
import type { PastRun, UnderwayRun } from './retrainStanding.ts';
import type { RunRecord } from './run.ts';
import type { Scorecard } from './scorecard.ts';
import type { MetricName } from './scorecardPlan.ts';

/** What there is to know of a run that has ended, besides its scorecard. */
export type RunEnd = Pick<RunRecord, 'status' | 'verdict' | 'version' | 'startedAt' | 'endedAt'>;

/** What is kept of a run that has ended; `card` is its scorecard, where it came so far. */
export function pastRun(
  { asOf, plan, startedMs }: Pick<UnderwayRun, 'asOf' | 'plan' | 'startedMs'>,
  end: RunEnd,
  card: Pick<Scorecard, 'champion'> | null,
  metric: MetricName,
): PastRun {
  const seconds = (Date.parse(end.endedAt) - Date.parse(end.startedAt)) / 1_000;
  const loss = card === null ? null : lossOf(card, metric);
  return {
    ...{ asOf, plan, startedMs, seconds, outcome: outcomeOf(end) },
    ...(end.version === undefined ? {} : { version: end.version }),
    ...(loss === null ? {} : { loss }),
  };
}

function outcomeOf({ status, verdict }: RunEnd): PastRun['outcome'] {
  if (status === 'rejected') return 'rejected';
  if (status !== 'judged') return 'failed';
  return verdict?.passed === true ? 'passed' : 'rejected';
}

/** Paired on the same rows: the candidate with tables of the hour, the champion with tables so many hours older. */
function lossOf({ champion }: Pick<Scorecard, 'champion'>, metric: MetricName): NonNullable<PastRun['loss']> | null {
  const gap = champion?.difference[metric]?.value;
  if (champion == null || gap === undefined) return null;
  return { ageHours: champion.tablesOlderByHours, value: higherIsBetter(metric) ? gap : -gap };
}
