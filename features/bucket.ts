import type { BucketPlan } from '../core/featurePlan.ts';
import type { GraphPart } from '../core/graph.ts';
import { castDouble } from './castDouble.ts';
import type { FeatureKind } from './featureKind.ts';
import { onnxFloat, onnxInt64 } from './onnxTypes.ts';
import { sqlDouble, sqlMissing } from './sqlNumbers.ts';

/** The range in which a number lies, as a category: i + 1 where i cuts are at or below it, 0 where it is missing. */
export const bucket: FeatureKind<BucketPlan> = {
  version: 1,
  accepts: ['int', 'number'],
  numericColumns: () => [],
  sql: ({ column }) => ({ gives: 'bucket', value: sqlMissing(sqlDouble(column)) }),
  onnx: ({ name, column }, { encoders }) => bucketPart(name, column, encoders.cuts?.[name] ?? []),
};

/** In float64, so that a value at a cut is above it on both sides. Nothing is above NaN. */
function bucketPart(name: string, column: string, cuts: readonly number[]): GraphPart {
  const at = (tensor: string): string => `${name}/${tensor}`;
  return {
    nodes: [
      castDouble(column, at('double')),
      { op: 'Unsqueeze', inputs: [at('double'), at('axis')], outputs: [at('column')] },
      { op: 'GreaterOrEqual', inputs: [at('column'), at('cuts')], outputs: [at('isAbove')] },
      { op: 'Cast', inputs: [at('isAbove')], outputs: [at('above')], attributes: { to: { int: onnxFloat } } },
      { op: 'MatMul', inputs: [at('above'), at('ones')], outputs: [at('sum')] },
      { op: 'Squeeze', inputs: [at('sum'), at('axis')], outputs: [at('sums')] },
      { op: 'Cast', inputs: [at('sums')], outputs: [at('count')], attributes: { to: { int: onnxInt64 } } },
      { op: 'Equal', inputs: [at('double'), at('double')], outputs: [at('isThere')] },
      { op: 'Cast', inputs: [at('isThere')], outputs: [at('there')], attributes: { to: { int: onnxInt64 } } },
      { op: 'Add', inputs: [at('count'), at('there')], outputs: [at('index')] },
    ],
    initializers: [
      { name: at('axis'), type: 'int64', dims: [1], values: BigInt64Array.of(1n) },
      { name: at('cuts'), type: 'double', dims: [cuts.length], values: Float64Array.from(cuts) },
      { name: at('ones'), type: 'float', dims: [cuts.length, 1], values: new Float32Array(cuts.length).fill(1) },
    ],
    output: at('index'),
  };
}
