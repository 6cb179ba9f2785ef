import { z } from 'zod';
import type { MetricName } from '../core/scorecardPlan.ts';
import type { SearchPlan } from '../core/searchPlan.ts';
import { type BudgetDefinition, budgetOf } from './budgetOf.ts';
import type { Learner } from './learner.ts';
import { made } from './made.ts';
import type { Metric } from './metric.ts';
import type { Strategy } from './strategy.ts';
import { type TrainingDefinition, trainingOf, trainingShape } from './training.ts';

/** What a pipeline says of its search. */
export interface SearchDefinition<M extends MetricName> {
  readonly learners: readonly Learner[];
  /** The best trial is the one best in this metric on the validation rows, in the metric's own direction. */
  readonly maximize: Metric<M>;
  readonly strategy: Strategy;
  /** A whole number, 0 to 2^32 - 1; 1 when left out. The same seed gives the same model. */
  readonly seed?: number;
  /**
   * How many seeds the three best candidates are trained with, the best mean being chosen: to tell luck from gain. 1 when
   * left out.
   */
  readonly repeats?: number;
  /** What the search may spend; without a limit when left out. */
  readonly budget?: BudgetDefinition;
  /** How candidates are trained, where that is not as usual. */
  readonly training?: TrainingDefinition;
  /**
   * One more candidate: the champion's learner and parameters, going on from the champion's weights. The champion is then
   * one of the search's inputs: the same hour searched under another champion is another search. Off when left out.
   */
  readonly warmStart?: boolean;
}

/** The same, for the check at run time. */
export const searchShape = z.strictObject(
  {
    learners: z.array(made('a learner, such as logistic({ … })', ['kind', 'plan']), 'a list of learners'),
    maximize: made('a metric, such as auc', ['name', 'atLeast']),
    strategy: made('halving({ … }), asha({ … }), random({ … }) or exhaustive({ … })', ['kind', 'plan']),
    seed: z.number('a whole number').optional(),
    repeats: z.number('a whole number').optional(),
    budget: z
      .strictObject(
        { trials: z.number('a whole number').optional(), time: z.string("a duration such as '30 minutes'").optional() },
        'an object with trials or time',
      )
      .optional(),
    training: trainingShape.optional(),
    warmStart: z.boolean('true or false').optional(),
  },
  'an object with learners, maximize and strategy',
);

/** The search's section of the plan. */
export function searchOf(search: SearchDefinition<MetricName>, place: string): SearchPlan {
  return {
    learners: search.learners.map((learner, index) => learner.plan(`${place}.learners[${index}]`)),
    maximize: search.maximize.name,
    strategy: search.strategy.plan(`${place}.strategy`),
    seed: search.seed ?? 1,
    ...(search.repeats === undefined ? {} : { repeats: search.repeats }),
    ...(search.budget === undefined ? {} : { budget: budgetOf(search.budget, `${place}.budget`) }),
    ...(search.training === undefined ? {} : { training: trainingOf(search.training, `${place}.training`) }),
    ...(search.warmStart === true ? { warmStart: true } : {}),
  };
}
