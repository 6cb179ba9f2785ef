import { z } from 'zod';
import type { MetricName, ScorecardPlan } from '../core/scorecardPlan.ts';
import type { ColumnsOfType } from './columnTypes.ts';
import type { Row } from './feature.ts';
import { made } from './made.ts';
import type { Metric } from './metric.ts';

/** What a pipeline says of its scorecard. */
export interface ScorecardDefinition<R extends Row, M extends MetricName> {
  readonly metrics: readonly Metric<M>[];
  /** Columns whose values are also judged one by one. */
  readonly slices?: readonly ColumnsOfType<R, string | number | boolean>[];
}

/** The same, for the check at run time. */
export const scorecardShape = z.strictObject(
  {
    metrics: z.array(made('a metric, such as auc', ['name', 'atLeast']), 'a list of metrics'),
    slices: z.array(z.string('the name of a column'), 'a list of columns').optional(),
  },
  'an object with metrics',
);

/** The scorecard's section of the plan. */
export function scorecardOf(scorecard: ScorecardDefinition<Row, MetricName>): ScorecardPlan {
  return { metrics: scorecard.metrics.map((metric) => metric.name), slices: scorecard.slices ?? [] };
}
