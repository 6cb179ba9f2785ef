import type { FeaturePlan } from '../core/featurePlan.ts';
import type { FeatureKind } from './featureKind.ts';
import { keyLookup, keySql } from './keyLookup.ts';

type CategoryPlan = Extract<FeaturePlan, { kind: 'category' }>;

/** The place of a value in the vocabulary of the train window: 0 for a value not seen there, i + 1 for its value i. */
export const category: FeatureKind<CategoryPlan> = {
  version: 1,
  accepts: ['string', 'boolean', 'int'],
  numericColumns: () => [],
  sql: (feature, columnType) => ({ gives: 'category', text: keySql(feature.column, columnType) }),
  onnx: ({ name, column }, { encoders, columnType }) => {
    const vocabulary = encoders.vocabularies[encoders.columns.categories.indexOf(name)] ?? [];
    const indices = vocabulary.map((_, at) => at + 1);
    const output = `${name}/index`;
    const lookup = { name, column, columnType, keys: vocabulary, output };
    return { nodes: keyLookup({ ...lookup, gives: 'int64', values: indices, otherwise: 0 }), initializers: [], output };
  },
};
