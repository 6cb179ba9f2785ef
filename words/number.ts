import type { Feature } from './feature.ts';

/** A numeric column as it is, scaled to mean 0 and deviation 1 over the train window. */
export function number<const Name extends string>(column: Name): Feature<Record<Name, number>> {
  return {
    kind: 'number',
    column,
    plan: (name) => ({ kind: 'number', name, column }),
  };
}
