import type { MetricName } from './scorecardPlan.ts';

/** Whether a larger value of the metric is a better one. Of a pipeline's own metrics it always is. */
export function higherIsBetter(metric: MetricName): boolean {
  return rising.has(metric) || isOwn(metric);
}

/** The least and the largest value that the metric can have: infinite where there is none. */
export function rangeOf(metric: MetricName): { readonly least: number; readonly most: number } {
  const least = isOwn(metric) ? Number.NEGATIVE_INFINITY : 0;
  return { least, most: unbounded.has(metric) || isOwn(metric) ? Number.POSITIVE_INFINITY : 1 };
}

const rising: ReadonlySet<MetricName> = new Set(['auc', 'pr auc', 'precision', 'recall']);
const unbounded: ReadonlySet<MetricName> = new Set(['log loss', 'expected cost']);

function isOwn(metric: MetricName): boolean {
  return metric.startsWith('own ');
}
