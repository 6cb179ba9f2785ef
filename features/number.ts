import type { FeaturePlan } from '../core/featurePlan.ts';
import { sqlName } from '../datasets/database.ts';
import type { FeatureKind } from './featureKind.ts';
import { onnxDouble, onnxFloat } from './onnxTypes.ts';

type NumberPlan = Extract<FeaturePlan, { kind: 'number' }>;

/** The column's value as it is. Whole numbers pass through float64, on both sides, so that both round alike. */
export const number: FeatureKind<NumberPlan> = {
  version: 1,
  accepts: ['int', 'number'],
  numericColumns: (feature) => [feature.name],
  sql: (feature) => ({
    gives: 'numbers',
    columns: [`CAST(CAST(${sqlName(feature.column)} AS DOUBLE) AS FLOAT)`],
  }),
  onnx: ({ name, column }) => ({
    nodes: [
      { op: 'Cast', inputs: [column], outputs: [`${name}/double`], attributes: { to: { int: onnxDouble } } },
      { op: 'Cast', inputs: [`${name}/double`], outputs: [`${name}/float`], attributes: { to: { int: onnxFloat } } },
      { op: 'Unsqueeze', inputs: [`${name}/float`, `${name}/axis`], outputs: [`${name}/column`] },
    ],
    initializers: [{ name: `${name}/axis`, type: 'int64', dims: [1], values: BigInt64Array.of(1n) }],
    output: `${name}/column`,
  }),
};
