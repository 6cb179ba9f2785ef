import { z } from 'zod';
import type { Duration } from '../core/time.ts';
import type { ClassWeights, TrainingPlan } from '../core/trainingPlan.ts';
import { type Epochs, epochsOf } from './epochsOf.ts';
import { invalid } from './invalid.ts';
import { spanMs } from './spanMs.ts';

/** How all candidates are trained; each as usual where it is left out. */
export interface TrainingDefinition {
  /** Rows of one step; 1,024 when left out. More train faster a second and learn less a row. */
  readonly batchRows?: number;
  /**
   * How often a row of each class counts; `'balanced'` makes the classes count alike, however rare one is. Scores are
   * then no longer probabilities.
   */
  readonly classWeights?: 'balanced' | ClassWeights;
  /** A row counts half as much as one that happened so much later. */
  readonly halfLife?: Duration;
  /**
   * Ends a trial after `patience` checks in a row without a smaller log loss on the validation rows; the weights are then
   * those of the best check.
   */
  readonly stopEarly?: { readonly every: Epochs; readonly patience: number };
}

/** The same, for the check at run time. */
export const trainingShape = z.strictObject(
  {
    batchRows: z.number('a whole number').optional(),
    classWeights: z
      .union(
        [z.literal('balanced'), z.strictObject({ positive: z.number(), negative: z.number() })],
        "'balanced' or { positive, negative }",
      )
      .optional(),
    halfLife: z.string("a duration such as '7 days'").optional(),
    stopEarly: z
      .strictObject(
        { every: z.string("a budget such as '1/4 epoch'"), patience: z.number('a whole number') },
        'an object with every and patience',
      )
      .optional(),
  },
  'an object with batchRows, classWeights, halfLife or stopEarly',
);

/** The training's part of the plan. Throws `pipeline.invalid` and `duration.invalid`, naming `place`. */
export function trainingOf(training: TrainingDefinition, place: string): TrainingPlan {
  const { batchRows, classWeights, halfLife, stopEarly } = training;
  return {
    ...(batchRows === undefined ? {} : { batchRows: countOf(batchRows, mostBatchRows, `${place}.batchRows`) }),
    ...(classWeights === undefined ? {} : { classWeights: weightsOf(classWeights, `${place}.classWeights`) }),
    ...(halfLife === undefined ? {} : { halfLifeMs: spanMs(halfLife, `${place}.halfLife`) }),
    ...(stopEarly === undefined
      ? {}
      : {
          stopEarly: {
            everyEpochs: epochsOf(stopEarly.every, `${place}.stopEarly.every`),
            patience: countOf(stopEarly.patience, mostChecks, `${place}.stopEarly.patience`),
          },
        }),
  };
}

/** The lanes' numbers between layers are to fit into memory. */
const mostBatchRows = 65_536;

const mostChecks = 1_000;

function countOf(count: number, most: number, place: string): number {
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw invalid(place, `a whole number, 1 to ${most}`, count);
}

function weightsOf(given: 'balanced' | ClassWeights, place: string): 'balanced' | ClassWeights {
  if (given === 'balanced') return given;
  const { positive, negative } = given;
  if ([positive, negative].every((weight) => Number.isFinite(weight) && weight > 0)) return { positive, negative };
  throw invalid(place, "'balanced', or two numbers above 0", given);
}
