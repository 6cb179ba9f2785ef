import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Random } from '../../core/random.ts';
import { stackedDense } from '../../models/backends/stackedDense.ts';
import { stackedEmbedding, stackedSum } from '../../models/backends/stackedSums.ts';
import type { Learner } from '../../models/learners/learner.ts';
import { numberParameter } from '../../models/learners/parameter.ts';

const units = 6;
const table = (category: string): string => `values/${category}`;

/** A learner as a user would write one (Cheng et al. 2016): a straight path beside a bent one. */
export const wideAndDeep: Learner = {
  version: 1,
  initialWeights({ width, categories }, _parameters, random) {
    const tables = categories.map(({ name, values }) => ({
      name: table(name),
      dims: [values, 1],
      values: new Float32Array(values),
    }));
    return [
      ...tables,
      { name: 'wide', dims: [1, width], values: new Float32Array(width) },
      { name: 'deep', dims: [units, width], values: drawn(units * width, random) },
      { name: 'deep/bias', dims: [units], values: new Float32Array(units) },
      { name: 'end', dims: [1, units], values: drawn(units, random) },
      { name: 'bias', dims: [1], values: new Float32Array(1) },
      { name: 'end/bias', dims: [1], values: new Float32Array(1) },
    ];
  },
  logits(tf, weights, { numeric, categories }) {
    const of = (name: string): Tensor3D => weights[name] as Tensor3D;
    const input = [{ x: numeric as Tensor3D, isData: true }];
    const bent = stackedDense(tf, input, of('deep'), weights['deep/bias'] as Tensor2D, 'tanh');
    const straight = stackedDense(tf, input, of('wide'), weights.bias as Tensor2D, 'linear');
    const end = stackedDense(tf, [{ x: bent, isData: false }], of('end'), weights['end/bias'] as Tensor2D, 'linear');
    const parts = Object.entries(categories).map(([name, indices]) => stackedEmbedding(tf, of(table(name)), indices));
    return stackedSum(tf, [straight, end, ...parts]);
  },
  categoryOf: (weight) => (weight.startsWith(table('')) ? weight.slice(table('').length) : undefined),
  penalty: (weight, parameters) => (weight.endsWith('bias') ? 0 : numberParameter(parameters, 'l2')),
  onnx(weights, _parameters, { encoders }) {
    const { categories } = encoders.columns;
    const turned = { transB: { int: 1 } };
    const gemm = (x: string, kernel: string, bias: string, output: string) =>
      ({ op: 'Gemm', inputs: [x, kernel, bias], outputs: [output], attributes: turned }) as const;
    return {
      nodes: [
        gemm('scaled', 'deep', 'deep/bias', 'sums'),
        { op: 'Tanh', inputs: ['sums'], outputs: ['bent'] },
        gemm('bent', 'end', 'end/bias', 'far'),
        gemm('scaled', 'wide', 'bias', 'near'),
        ...categories.map((name) => ({
          op: 'Gather',
          inputs: [table(name), `category:${name}`],
          outputs: [`part/${name}`],
        })),
        { op: 'Sum', inputs: ['near', 'far', ...categories.map((name) => `part/${name}`)], outputs: ['logit'] },
      ],
      initializers: weights.map((weight) => ({ ...weight, type: 'float' as const })),
      output: 'logit',
    };
  },
};

function drawn(count: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => 0.3 * random.normal());
}
