import { expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import type { Parameters } from '../../core/trial.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { laneScores } from '../../models/laneScores.ts';
import { scoredByGraph } from '../../models/learners/check/learnerModel.ts';
import { syntheticData } from '../../models/learners/check/syntheticData.ts';
import { learners } from '../../models/learners/learners.ts';
import type { Weights } from '../../models/learners/weights.ts';

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

/** Away from the zeros that some weights begin at. */
function shaken(weights: Weights): Weights {
  return weights.map((weight, at) => ({
    ...weight,
    values: weight.values.map((value, index) => value + 0.3 * Math.sin(3 * at + index)),
  }));
}
