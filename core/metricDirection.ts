import type { MetricName } from './scorecardPlan.ts';

/** Whether a larger value of the metric is a better one. */
export function higherIsBetter(metric: MetricName): boolean {
  return metric === 'auc';
}
