import type { Feature } from './feature.ts';

/** A column of names or of whole numbers that are names: an embedding for `mlp`, a weight per value for `logistic`. Values not trained on share one row. */
export function category<const Name extends string>(column: Name): Feature<Record<Name, string | boolean | number>> {
  return {
    kind: 'category',
    column,
    plan: (name) => ({ kind: 'category', name, column }),
  };
}
