import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { GraphNode, GraphPart, Initializer } from '../../core/graph.ts';
import type { Tf } from '../backends/backend.ts';
import { stackedDense } from '../backends/stackedDense.ts';
import { stackedEmbedding, stackedSum } from '../backends/stackedSums.ts';
import type { Batch, Learner, LearnerContext, MatrixShape, NamedTensors } from './learner.ts';
import { numberParameter } from './parameter.ts';
import { type Weights, weightNamed } from './weights.ts';

/**
 * Logistic regression: a weight per numeric column, a weight per value of each category (all that are not in its list
 * share one, which stays 0 where no training row holds such a value) and a bias. Parameters: `l2`, `learningRate`. The
 * optimum is unique, so all weights begin at 0.
 */
export const logistic: Learner = {
  version: 2,
  initialWeights,
  logits,
  categoryOf: (weight) => (weight.startsWith(weightsOf('')) ? weight.slice(weightsOf('').length) : undefined),
  penalty: (weight, parameters) => (weight === bias ? 0 : numberParameter(parameters, 'l2')),
  onnx: (weights, _parameters, context) => onnx(weights, context),
};

const bias = 'bias';
const numeric = 'numeric';
const weightsOf = (category: string): string => `values/${category}`;

function initialWeights(shape: MatrixShape): Weights {
  const zeros = (name: string, ...dims: number[]) => ({
    name,
    dims,
    values: new Float32Array(dims.reduce((size, dim) => size * dim, 1)),
  });
  const categories = shape.categories.map((category) => zeros(weightsOf(category.name), category.values, 1));
  return [...(shape.width === 0 ? [] : [zeros(numeric, 1, shape.width)]), ...categories, zeros(bias, 1)];
}

function logits(tf: Tf, weights: NamedTensors, { numeric: x, categories }: Batch): Tensor3D {
  const parts = Object.entries(categories).map(([name, indices]) =>
    stackedEmbedding(tf, weights[weightsOf(name)] as Tensor3D, indices),
  );
  const constant = weights[bias] as Tensor2D;
  if (x === null) return stackedSum(tf, parts, constant);
  const numbers = stackedDense(tf, [{ x, isData: true }], weights[numeric] as Tensor3D, constant, 'linear');
  return parts.length === 0 ? numbers : stackedSum(tf, [numbers, ...parts]);
}

function onnx(weights: Weights, context: LearnerContext): GraphPart {
  const { columns } = context.encoders;
  const initializers = weights.map(({ name, dims, values }): Initializer => {
    // A row of weights is a column of the graph's product.
    const turned = name === numeric ? dims.toReversed() : dims;
    return { name: inside(name), type: 'float', dims: turned, values };
  });
  const nodes: GraphNode[] = [];
  let sum = inside(bias);
  const plus = (part: string, output: string): void => {
    nodes.push({ op: 'Add', inputs: [part, sum], outputs: [output] });
    sum = output;
  };
  if (columns.numeric.length > 0) {
    nodes.push({ op: 'MatMul', inputs: ['scaled', inside(numeric)], outputs: [inside('numbers')] });
    plus(inside('numbers'), inside('sum'));
  }
  for (const name of columns.categories) {
    const gathered = inside(`value/${name}`);
    weightNamed(weights, weightsOf(name));
    nodes.push({ op: 'Gather', inputs: [inside(weightsOf(name)), `category:${name}`], outputs: [gathered] });
    plus(gathered, inside(`sum/${name}`));
  }
  nodes.push({ op: 'Identity', inputs: [sum], outputs: ['logit'] });
  return { nodes, initializers, output: 'logit' };
}

function inside(name: string): string {
  return `logistic/${name}`;
}
