import { higherIsBetter } from './metricDirection.ts';
import { byValue, type TrialValue } from './scheduledTrial.ts';
import type { MetricName } from './scorecardPlan.ts';
import type { TrialResult } from './trial.ts';

/** A trial's value in a metric, the larger the better: null where training diverged, or the metric has no value. */
export function trialValue({ validation }: Pick<TrialResult, 'validation'>, metric: MetricName): TrialValue {
  const value = validation?.[metric];
  if (value === undefined || !Number.isFinite(value)) return null;
  return higherIsBetter(metric) ? value : -value;
}

/** Trials as a leaderboard tells them: rung by rung, best first, the diverged last; ties in their own order. */
export function ranked<Row extends Pick<TrialResult, 'validation'> & { readonly rung: number }>(
  rows: readonly Row[],
  metric: MetricName,
): Row[] {
  return rows.toSorted((a, b) => a.rung - b.rung || byValue(trialValue(a, metric), trialValue(b, metric)));
}
