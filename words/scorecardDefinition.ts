import { z } from 'zod';
import { measureHash } from '../core/measures.ts';
import type { About, Costs, Measure, MetricName, OwnMetric, ScorecardPlan } from '../core/scorecardPlan.ts';
import type { ColumnsOfType } from './columnTypes.ts';
import type { Row } from './feature.ts';
import { made } from './made.ts';
import type { Metric } from './metric.ts';

/** What a pipeline says of its scorecard. */
export interface ScorecardDefinition<R extends Row, M extends MetricName> {
  readonly metrics: readonly Metric<M>[];
  /** Columns whose values are also judged one by one. */
  readonly slices?: readonly ColumnsOfType<R, string | number | boolean>[];
  /** Columns of numbers that a feature `number` reads, and where to cut them: `{ distance: [500, 1_000] }` is three slices. */
  readonly bins?: Readonly<Partial<Record<ColumnsOfType<R, number>, readonly number[]>>>;
  /**
   * What wrong answers cost, by the names of those who ask. Each gets the threshold of least expected cost on the
   * validation rows; answers are made by the first. The threshold is that of the largest F1 when left out.
   */
  readonly profiles?: Readonly<Record<string, Costs>>;
  /** What the model is for, and its limits: for the readers of the model card. */
  readonly about?: About;
}

/** The same, for the check at run time. */
export const scorecardShape = z.strictObject(
  {
    metrics: z.array(made('a metric, such as auc', ['name', 'atLeast']), 'a list of metrics'),
    slices: z.array(z.string('the name of a column'), 'a list of columns').optional(),
    bins: z
      .record(z.string(), z.array(z.number('a number'), 'a list of numbers'), 'an object with the edges of each column')
      .optional(),
    profiles: z
      .record(
        z.string(),
        z.strictObject(
          { falsePositive: z.number('a cost above 0'), falseNegative: z.number('a cost above 0') },
          'an object with falsePositive and falseNegative',
        ),
        'an object with the costs of each profile',
      )
      .optional(),
    about: z
      .strictObject(
        { purpose: z.string('a text').min(1, 'a text'), limits: z.string('a text').optional() },
        'an object with purpose, and perhaps limits',
      )
      .optional(),
  },
  'an object with metrics',
);

/** The scorecard's section of the plan. */
export function scorecardOf(scorecard: ScorecardDefinition<Row, MetricName>): ScorecardPlan {
  const { metrics, slices = [], bins = {}, profiles, about } = scorecard;
  const cut = Object.entries<readonly number[] | undefined>(bins);
  const own = Object.entries(measuresOf(scorecard)).map(([name, measure]) => ({
    name: name as OwnMetric,
    hash: measureHash(measure),
  }));
  return {
    metrics: metrics.map((metric) => metric.name),
    slices,
    ...(cut.length === 0 ? {} : { bins: cut.map(([column, edges = []]) => ({ column, edges: [...edges] })) }),
    ...(profiles === undefined
      ? {}
      : { profiles: Object.entries(profiles).map(([name, costs]) => ({ name, ...costs })) }),
    ...(about === undefined ? {} : { about }),
    ...(own.length === 0 ? {} : { own }),
  };
}

/** The functions of the metrics that the pipeline file defines: no JSON, so no part of the plan. */
export function measuresOf({ metrics }: ScorecardDefinition<Row, MetricName>): Record<string, Measure> {
  return Object.fromEntries(
    metrics.flatMap((metric) =>
      'measure' in metric && typeof metric.measure === 'function' ? [[metric.name, metric.measure as Measure]] : [],
    ),
  );
}
