import type { CategoryPlan } from '../core/featurePlan.ts';
import type { FeatureKind } from './featureKind.ts';
import { keyLookup, keySql } from './keyLookup.ts';

/**
 * The place of a value in the vocabulary of the train window: i + 1 for its value i, and 0 for every other one, rare in
 * that window or not seen there at all. Null is a value as well.
 */
export const category: FeatureKind<CategoryPlan> = {
  version: 1,
  accepts: ['string', 'boolean', 'int'],
  numericColumns: () => [],
  sql: ({ column }, columnOf) => ({ gives: 'category', text: keySql(column, columnOf(column).type) }),
  onnx: ({ name, column }, { encoders, columnOf }) => {
    const keys = encoders.vocabularies[encoders.columns.categories.indexOf(name)] ?? [];
    const lookup = { keys, values: keys.map((_, at) => at + 1), otherwise: 0 };
    return keyLookup(name, columnOf(column), `${name}/index`, lookup, 'int64');
  },
};
