import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import type { Graph } from '../../core/graph.ts';
import { seededRandom } from '../../core/random.ts';
import type { Parameters } from '../../core/trial.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { laneScores } from '../../models/laneScores.ts';
import type { Learner, MatrixShape } from '../../models/learners/learner.ts';
import { learners } from '../../models/learners/learners.ts';
import type { Weights } from '../../models/learners/weights.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import type { Rows } from '../../models/trainingData.ts';
import { syntheticData } from './syntheticData.ts';

const usual: Parameters = { hidden: [7, 5], l2: 0, learningRate: 0.1 };
const { validate, shape } = syntheticData(10, 3);
const bare = { shape: { ...shape, width: 0 }, rows: { ...validate, numeric: new Float32Array() } };
const plain = { shape: { ...shape, categories: [] }, rows: { ...validate, categories: new Int32Array() } };

test.each([
  ['logistic', { shape, rows: validate }],
  ['mlp', { shape, rows: validate }],
  ['logistic', bare],
  ['mlp', bare],
  ['logistic', plain],
  ['mlp', plain],
  ['mlp', { shape, rows: validate, activation: 'tanh' }],
  ['mlp', { shape, rows: validate, activation: 'elu' }],
] as const)(
  'the graph of %s scores as training does, whatever goes into it and between layers',
  async (kind, given) => {
    const learner = learners[kind];
    const parameters = 'activation' in given ? { ...usual, activation: given.activation } : usual;
    const weights = shaken(learner.initialWeights(given.shape, parameters, seededRandom(4)));
    const backend = await openBackend('wasm');
    const [trained = []] = await laneScores(backend, learner, parameters, [weights], given.rows, given.shape);
    const served = await scoredByGraph(learner, parameters, weights, given.shape, given.rows);
    expect(Math.max(...trained.map((score, row) => Math.abs(score - (served[row] ?? Number.NaN))))).toBeLessThan(1e-5);
    expect(Math.max(...trained) - Math.min(...trained)).toBeGreaterThan(0.05);
  },
);

async function scoredByGraph(
  learner: Learner,
  parameters: Parameters,
  weights: Weights,
  of: MatrixShape,
  rows: Rows,
): Promise<number[]> {
  const session = await InferenceSession.create(encodeModel(graphOf(learner, parameters, weights, of)));
  const feeds: Record<string, Tensor> = {};
  if (of.width > 0) feeds.scaled = new Tensor('float32', rows.numeric, [rows.rows, of.width]);
  of.categories.forEach(({ name }, at) => {
    const indices = Array.from({ length: rows.rows }, (_, row) =>
      BigInt(rows.categories[row * of.categories.length + at] ?? 0),
    );
    feeds[`category:${name}`] = new Tensor('int64', BigInt64Array.from(indices), [rows.rows]);
  });
  const { logit } = await session.run(feeds);
  await session.release();
  const logits = (logit?.data ?? []) as Float32Array;
  return Array.from(logits, (value) => 1 / (1 + Math.exp(-value)));
}

function graphOf(
  learner: Learner,
  parameters: Parameters,
  weights: Weights,
  { width, categories }: MatrixShape,
): Graph {
  const names = categories.map(({ name }) => name);
  const columns = { numeric: Array.from({ length: width }, (_, at) => `n${at}`), categories: names };
  const part = learner.onnx(weights, parameters, { encoders: { columns, scaling: [], vocabularies: [] } });
  const numeric = width === 0 ? [] : [{ name: 'scaled', type: 'float' as const, dims: ['rows' as const, width] }];
  const indices = names.map((name) => ({
    name: `category:${name}`,
    type: 'int64' as const,
    dims: ['rows' as const],
  }));
  const outputs = [{ name: part.output, type: 'float' as const, dims: ['rows' as const, 1] }];
  return { name: 'part', inputs: [...numeric, ...indices], outputs, ...part };
}

/** Away from the zeros that some weights begin at. */
function shaken(weights: Weights): Weights {
  return weights.map((weight, at) => ({
    ...weight,
    values: weight.values.map((value, index) => value + 0.3 * Math.sin(3 * at + index)),
  }));
}
