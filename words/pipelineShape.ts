import { z } from 'zod';

/** What a pipeline's definition is made of, for the check at run time. Values are checked by the plan's own rules. */
export const pipelineShape = z.strictObject(
  {
    id: z.string("an id, such as 'flight-delays'"),
    contract: made('contract(…)', ['id', 'plan']),
    label: z.strictObject(
      {
        name: z.string("a name, such as 'late'"),
        from: made("a comparison to a number, such as column('delay').above(15)", ['column', 'is', 'to']),
        settlesAfter: z.union(
          [z.string(), made('', ['plan'])],
          "a duration, or column('…').times('8 seconds').plus('30 minutes')",
        ),
        settlesWithin: duration(),
      },
      'an object with name, from, settlesAfter and settlesWithin',
    ),
    window: z.strictObject(
      { train: duration(), validate: duration(), test: duration() },
      'an object with train, validate and test',
    ),
    features: z.record(
      z.string(),
      made("a feature, such as number('distance')", ['kind', 'column', 'plan']),
      'an object with a feature for each name',
    ),
    search: z.strictObject(
      {
        learners: z.array(made('a learner, such as logistic({ … })', ['kind', 'plan']), 'a list of learners'),
        maximize: made('a metric, such as auc', ['name', 'atLeast']),
        strategy: made('halving({ … }) or exhaustive({ … })', ['kind', 'plan']),
        seed: z.number('a whole number').optional(),
      },
      'an object with learners, maximize and strategy',
    ),
    scorecard: z.strictObject(
      {
        metrics: z.array(made('a metric, such as auc', ['name', 'atLeast']), 'a list of metrics'),
        slices: z.array(z.string('the name of a column'), 'a list of columns').optional(),
      },
      'an object with metrics',
    ),
    gate: z.array(made('a rule, such as auc.atLeast(0.6)', ['kind', 'metric']), 'a list of rules, which may be empty'),
    retrain: z.array(made("a trigger, such as every('1 hour')", ['kind', 'plan']), 'a list of triggers').optional(),
    rollout: z
      .strictObject({ parity: z.boolean('true or false').optional(), shadow: duration().optional() }, 'an object')
      .optional(),
    answer: z
      .strictObject({ positive: z.string('a word'), negative: z.string('a word') }, 'an object with two words')
      .optional(),
  },
  'an object with id, contract, label, window, features, search, scorecard and gate',
);

/** A value that one of the words made, known by its keys. */
function made(expected: string, keys: readonly string[]) {
  const isMade = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && keys.every((key) => key in value);
  return z.custom(isMade, expected);
}

function duration() {
  return z.string("a duration such as '6 hours'");
}
