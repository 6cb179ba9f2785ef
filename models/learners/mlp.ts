import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { WhetError } from '../../core/errors.ts';
import type { GraphNode, GraphPart, Initializer } from '../../core/graph.ts';
import type { Activation } from '../../core/learnerPlan.ts';
import type { Random } from '../../core/random.ts';
import type { Parameters } from '../../core/trial.ts';
import type { Tf } from '../backends/backend.ts';
import { type LayerInput, stackedDense } from '../backends/stackedDense.ts';
import { stackedEmbedding, stackedMask } from '../backends/stackedSums.ts';
import type { Batch, DenseNetwork, Learner, LearnerContext, MatrixShape, NamedTensors } from './learner.ts';
import { countsParameter, numberParameter } from './parameter.ts';
import type { Weight, Weights } from './weights.ts';

/**
 * A multilayer perceptron: an embedding per category beside the numeric columns, hidden layers h = f(W h + b), one logit.
 * Parameters: `hidden` (units per layer), `learningRate`, `l2` (on everything but biases), and where they are not as
 * usual `activation` (f, by its name; relu) and `dropout` (share of each hidden layer's units that rest in a step; 0).
 */
export const mlp: Learner = {
  version: 4,
  initialWeights,
  logits,
  network,
  categoryOf: (weight) => (weight.startsWith(embedding('')) ? weight.slice(embedding('').length) : undefined),
  penalty: (weight, parameters) => (weight.endsWith('/bias') ? 0 : numberParameter(parameters, 'l2')),
  onnx: (weights, parameters, context) => onnx(weights, parameters, context),
};

/** Each activation's node in the graph. */
const activations: Readonly<Record<Activation, string>> = { relu: 'Relu', tanh: 'Tanh', elu: 'Elu' };

function activationOf(parameters: Parameters): Activation {
  const name = parameters.activation ?? 'relu';
  if (typeof name === 'string' && Object.hasOwn(activations, name)) return name as Activation;
  const expected = `one of ${Object.keys(activations).join(', ')} as activation`;
  throw new WhetError('input.invalid', { expected, came: JSON.stringify(parameters) });
}

/** Numbers per value of a category: they need grow but slowly with how many values there are, and 8 are enough. */
function embeddingWidth(values: number): number {
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

/** The row of all values that are not in the list begins at zero; where no training row holds one, it stays there. */
function initialEmbedding(name: string, values: number, width: number, random: Random): Weight {
  const draw = (_: unknown, index: number): number => (index < width ? 0 : embeddingSpread * random.normal());
  return { name, dims: [values, width], values: Float32Array.from({ length: values * width }, draw) };
}

/** Variance 2 / (inputs + units), by which both the numbers and their slopes keep theirs (Glorot and Bengio 2010, eq. 12). */
function initialLayer(layer: number, inputs: number, units: number, random: Random): Weight[] {
  const spread = Math.sqrt(2 / (inputs + units));
  const drawn = Float32Array.from({ length: inputs * units }, () => spread * random.normal());
  return [
    { name: kernel(layer), dims: [units, inputs], values: drawn },
    { name: bias(layer), dims: [units], values: new Float32Array(units) },
  ];
}

function logits(tf: Tf, weights: NamedTensors, batch: Batch, parameters: Parameters): Tensor3D {
  const { numeric, categories } = batch;
  const dropout = dropoutOf(parameters);
  const embedded = Object.entries(categories).map(
    ([name, indices]): LayerInput => ({
      x: stackedEmbedding(tf, weights[embedding(name)] as Tensor3D, indices),
      isData: false,
    }),
  );
  let inputs = [...(numeric === null ? [] : [{ x: numeric, isData: true }]), ...embedded];
  for (let layer = 0; ; layer += 1) {
    const isLast = !(kernel(layer + 1) in weights);
    const [own, constant] = [weights[kernel(layer)] as Tensor3D, weights[bias(layer)] as Tensor2D];
    const x = stackedDense(tf, inputs, own, constant, isLast ? 'linear' : activationOf(parameters));
    if (isLast) return x;
    inputs = [{ x: dropout === 0 ? x : rested(tf, x, layer, batch, dropout), isData: false }];
  }
}

function dropoutOf(parameters: Parameters): number {
  return 'dropout' in parameters ? numberParameter(parameters, 'dropout') : 0;
}

function network({ categories }: MatrixShape, parameters: Parameters): DenseNetwork {
  const layers = [...countsParameter(parameters, 'hidden'), 1].map((_, at) => ({ kernel: kernel(at), bias: bias(at) }));
  const tables = categories.map(({ name }) => embedding(name));
  return { tables, layers, activation: activationOf(parameters), dropout: dropoutOf(parameters) };
}

function rested(tf: Tf, x: Tensor3D, layer: number, { restMask }: Batch, share: number): Tensor3D {
  return restMask === undefined ? x : stackedMask(tf, x, restMask(layer, x.shape[1], share));
}

function onnx(weights: Weights, parameters: Parameters, context: LearnerContext): GraphPart {
  const { numeric, categories } = context.encoders.columns;
  const initializers = weights.map(initializerOf);
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
  const op = activations[activationOf(parameters)];
  const dense = Array.from({ length: layers }, (_, layer) => denseNodes(layer, layer === layers - 1, op)).flat();
  return { nodes: [...gathers, join, ...dense], initializers, output: 'logit' };
}

function denseNodes(layer: number, isLast: boolean, activation: string): GraphNode[] {
  const input = layer === 0 ? inside('joined') : inside(`layer${layer - 1}/output`);
  const sum = isLast ? 'logit' : inside(`layer${layer}/sum`);
  const product: GraphNode = {
    op: 'Gemm',
    inputs: [input, inside(kernel(layer)), inside(bias(layer))],
    outputs: [sum],
  };
  return isLast ? [product] : [product, { op: activation, inputs: [sum], outputs: [inside(`layer${layer}/output`)] }];
}

/** A kernel is [units, inputs] in training and [inputs, units] in the graph. */
function initializerOf({ name, dims, values }: Weight): Initializer {
  const [units = 0, inputs = 0] = dims;
  if (!name.endsWith('/kernel')) return { name: inside(name), type: 'float', dims, values };
  const turned = values.map((_, at) => values[(at % units) * inputs + Math.floor(at / units)] ?? 0);
  return { name: inside(name), type: 'float', dims: [inputs, units], values: turned };
}

function inside(name: string): string {
  return `mlp/${name}`;
}
