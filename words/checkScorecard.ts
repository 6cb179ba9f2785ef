import type { Plan } from '../core/plan.ts';
import { answerMetrics, type MetricName, scoreMetrics } from '../core/scorecardPlan.ts';
import { didYouMean } from './didYouMean.ts';
import { invalid } from './invalid.ts';
import { requireColumnOf } from './requireColumn.ts';

const known: readonly MetricName[] = [...scoreMetrics, ...answerMetrics];

/** Known metrics, once each; slices by columns with few values, once each. */
export function checkScorecard({ scorecard, contract }: Plan, place: string): void {
  const { metrics, slices } = scorecard;
  if (metrics.length === 0) throw invalid(`${place}.metrics`, 'one metric or more', metrics);
  for (const [index, metric] of metrics.entries()) {
    const at = `${place}.metrics[${index}]`;
    if (!known.includes(metric)) throw invalid(at, 'a metric of the engine', metric, didYouMean(metric, known));
    if (metrics.indexOf(metric) < index) throw invalid(at, 'each metric once', metric);
  }
  for (const [index, slice] of slices.entries()) {
    const at = `${place}.slices[${index}]`;
    requireColumnOf(['string', 'boolean', 'int'], contract, slice, at);
    if (slices.indexOf(slice) < index) throw invalid(at, 'each column once', slice);
  }
}
