import { WhetError } from '../core/errors.ts';
import type { Plan } from '../core/plan.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import { didYouMean } from './didYouMean.ts';

/** What decides is also shown. Throws `metric.not-on-scorecard`, naming the place. */
export function requireOnScorecard({ scorecard }: Plan, metric: MetricName, place: string): void {
  if (scorecard.metrics.includes(metric)) return;
  throw new WhetError('metric.not-on-scorecard', {
    expected: 'a metric of scorecard.metrics',
    came: `'${metric}' in ${place}`,
    todo: `Add it to scorecard.metrics, or use one that is there. ${didYouMean(metric, scorecard.metrics)}`,
  });
}
