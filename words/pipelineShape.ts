import { z } from 'zod';
import { made } from './made.ts';
import { releaseShape } from './releaseDefinition.ts';
import { retrainingShape } from './retrainingDefinition.ts';
import { rolloutShape } from './rolloutDefinition.ts';
import { scorecardShape } from './scorecardDefinition.ts';
import { searchShape } from './searchDefinition.ts';
import { servingShape } from './servingDefinition.ts';
import { watchShape } from './watchDefinition.ts';

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
      made("a feature, such as number('distance')", ['kind', 'columns', 'plan']),
      'an object with a feature for each name',
    ),
    search: searchShape,
    scorecard: scorecardShape,
    gate: z.array(made('a rule, such as auc.atLeast(0.6)', ['kind']), 'a list of rules, which may be empty'),
    retrain: z.array(made("a trigger, such as every('1 hour')", ['kind', 'plan']), 'a list of triggers').optional(),
    retraining: retrainingShape.optional(),
    refresh: made("a trigger, such as every('10 minutes')", ['kind', 'plan']).optional(),
    rollout: rolloutShape.optional(),
    release: releaseShape.optional(),
    serving: servingShape.optional(),
    watch: watchShape.optional(),
    answer: z
      .strictObject({ positive: z.string('a word'), negative: z.string('a word') }, 'an object with two words')
      .optional(),
  },
  'an object with id, contract, label, window, features, search, scorecard and gate',
);

function duration() {
  return z.string("a duration such as '6 hours'");
}
