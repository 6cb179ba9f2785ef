import { z } from 'zod';
import type { Feature } from './feature.ts';
import { requireShape } from './requireShape.ts';

export interface CategoryOptions {
  /** Rows of the train window that a value needs to have a weight of its own; 1 when left out. */
  readonly atLeast?: number;
  /** The most values that have one, those with the most rows; 10,000 when left out. */
  readonly atMost?: number;
}

/**
 * A column of names or of whole numbers that are names: an embedding for `mlp`, a weight per value for `logistic`. Rare
 * values, and those that were not trained on, share one. Null is a value as well, the empty text.
 */
export function category<const Name extends string>(
  column: Name,
  options: CategoryOptions = {},
): Feature<Record<Name, string | boolean | number | null | undefined>> {
  return {
    kind: 'category',
    columns: [column],
    plan: (name, place) => {
      requireShape(shape, options, place);
      return { kind: 'category', name, column, ...options };
    },
  };
}

const shape = z.strictObject({
  atLeast: z.int('whole rows, 1 or more').min(1, 'whole rows, 1 or more').optional(),
  atMost: z.int('a whole number of values, 1 or more').min(1, 'a whole number of values, 1 or more').optional(),
});
