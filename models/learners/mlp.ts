import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { GraphNode, GraphPart, Initializer } from '../../core/graph.ts';
import type { Random } from '../../core/random.ts';
import type { Parameters } from '../../core/trial.ts';
import type { Tf } from '../backends/backend.ts';
import { dense, embed, joined } from '../backends/operations.ts';
import type { Batch, Learner, LearnerContext, MatrixShape, NamedTensors } from './learner.ts';
import { countsParameter, numberParameter } from './parameter.ts';
import type { Weight, Weights } from './weights.ts';

/**
 * A multilayer perceptron: an embedding per category beside the numeric columns, hidden layers with ReLU, one logit.
 * Parameters: `hidden` (units per layer), `learningRate`, `l2` (on everything but biases).
 */
export const mlp: Learner = {
  kind: 'mlp',
  version: 1,
  initialWeights,
  logits,
  penalty: (weight, parameters) => (weight.endsWith('/bias') ? 0 : numberParameter(parameters, 'l2')),
  onnx: (weights, parameters, context) => onnx(weights, parameters, context),
};

/** Numbers per value of a category: they need grow but slowly with how many values there are, and 8 are enough. */
export function embeddingWidth(values: number): number {
  return Math.min(8, Math.ceil(Math.sqrt(values)));
}

const embedding = (category: string): string => `embedding/${category}`;
const kernel = (layer: number): string => `layer${layer}/kernel`;
const bias = (layer: number): string => `layer${layer}/bias`;

function initialWeights(shape: MatrixShape, parameters: Parameters, random: Random): Weights {
  const embeddings = shape.categories.map(({ name, values }) =>
    initialEmbedding(embedding(name), values, embeddingWidth(values), random),
  );
  const inputs = shape.width + embeddings.reduce((sum, table) => sum + (table.dims[1] ?? 0), 0);
  const sizes = [inputs, ...countsParameter(parameters, 'hidden'), 1];
  const layers = sizes.slice(1).flatMap((units, layer) => initialLayer(layer, sizes[layer] ?? 0, units, random));
  return [...embeddings, ...layers];
}

/** Spread of an embedding's first numbers: far below the scaled columns', so that these lead at the start. */
const embeddingSpread = 0.1;

/** The unseen value's row stays zero: no training row holds it, so it has no gradient. */
function initialEmbedding(name: string, values: number, width: number, random: Random): Weight {
  const draw = (_: unknown, index: number): number => (index < width ? 0 : embeddingSpread * random.normal());
  return { name, dims: [values, width], values: Float32Array.from({ length: values * width }, draw) };
}

/** He et al. 2015, equation 10: deviation sqrt(2 / inputs) keeps the variance through layers of ReLU. */
function initialLayer(layer: number, inputs: number, units: number, random: Random): Weight[] {
  const spread = Math.sqrt(2 / inputs);
  const drawn = Float32Array.from({ length: inputs * units }, () => spread * random.normal());
  return [
    { name: kernel(layer), dims: [inputs, units], values: drawn },
    { name: bias(layer), dims: [units], values: new Float32Array(units) },
  ];
}

function logits(tf: Tf, weights: NamedTensors, batch: Batch): Tensor2D {
  const embedded = Object.entries(batch.categories).map(([name, indices]) =>
    embed(tf, weights[embedding(name)] as Tensor2D, indices),
  );
  let through = joined(tf, batch.numeric === null ? embedded : [batch.numeric, ...embedded]);
  for (let layer = 0; kernel(layer) in weights; layer += 1) {
    const activation = kernel(layer + 1) in weights ? 'relu' : 'linear';
    through = dense(tf, through, weights[kernel(layer)] as Tensor2D, weights[bias(layer)] as Tensor1D, activation);
  }
  return through;
}

function onnx(weights: Weights, parameters: Parameters, context: LearnerContext): GraphPart {
  const { numeric, categories } = context.encoders.columns;
  const initializers = weights.map((weight): Initializer => ({ ...weight, type: 'float', name: inside(weight.name) }));
  const gathers = categories.map(
    (name): GraphNode => ({
      op: 'Gather',
      inputs: [inside(embedding(name)), `category:${name}`],
      outputs: [inside(`embedded/${name}`)],
    }),
  );
  const parts = [...(numeric.length > 0 ? ['scaled'] : []), ...gathers.flatMap((node) => node.outputs)];
  const join: GraphNode = {
    op: 'Concat',
    inputs: parts,
    outputs: [inside('joined')],
    attributes: { axis: { int: 1 } },
  };
  const layers = countsParameter(parameters, 'hidden').length + 1;
  const dense = Array.from({ length: layers }, (_, layer) => denseNodes(layer, layer === layers - 1)).flat();
  return { nodes: [...gathers, join, ...dense], initializers, output: 'logit' };
}

function denseNodes(layer: number, isLast: boolean): GraphNode[] {
  const input = layer === 0 ? inside('joined') : inside(`layer${layer - 1}/output`);
  const sum = isLast ? 'logit' : inside(`layer${layer}/sum`);
  const product: GraphNode = {
    op: 'Gemm',
    inputs: [input, inside(kernel(layer)), inside(bias(layer))],
    outputs: [sum],
  };
  return isLast ? [product] : [product, { op: 'Relu', inputs: [sum], outputs: [inside(`layer${layer}/output`)] }];
}

function inside(name: string): string {
  return `mlp/${name}`;
}
