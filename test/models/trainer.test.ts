import { beforeAll, describe, expect, test } from 'vitest';
import type { Parameters } from '../../core/trial.ts';
import type { Backend } from '../../models/backends/backend.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { stepsOf } from '../../models/batches.ts';
import { laneScores } from '../../models/laneScores.ts';
import { syntheticData } from '../../models/learners/check/syntheticData.ts';
import { learners } from '../../models/learners/learners.ts';
import { decodeWeights, encodeWeights, type Weights } from '../../models/learners/weights.ts';
import { auc } from '../../models/metrics/auc.ts';
import { startState, train } from '../../models/trainer.ts';
import { digestOf } from '../../storage/digest.ts';

const data = syntheticData();
const kinds = [
  { kind: 'logistic', parameters: { l2: 1e-4, learningRate: 0.05 } },
  { kind: 'mlp', parameters: { hidden: [16, 8], learningRate: 0.01, l2: 1e-4 } },
  { kind: 'mlp', parameters: { hidden: [8], activation: 'tanh', dropout: 0.2, learningRate: 0.02, l2: 0 } },
] as const satisfies { kind: 'logistic' | 'mlp'; parameters: Parameters }[];
let backend: Backend;

beforeAll(async () => {
  backend = await openBackend('wasm');
});

describe.each(kinds)('$kind $parameters', ({ kind, parameters }) => {
  const learner = learners[kind];

  test('the unseen value keeps its zeros', async () => {
    const { weights } = await train(backend, learner, parameters, data, { seed: 7, toEpochs: 2 });
    for (const weight of weights.filter(({ name }) => /^(embedding|values)\//.test(name))) {
      expect([...weight.values.slice(0, weight.dims[1])].every((value) => value === 0)).toBe(true);
    }
  });

  test('no numeric column at all trains too', async () => {
    const bare = {
      shape: { ...data.shape, width: 0 },
      train: { ...data.train, numeric: new Float32Array() },
    };
    const { weights } = await train(backend, learner, parameters, bare, { seed: 7, toEpochs: 6 });
    const validate = { ...data.validate, numeric: new Float32Array() };
    const [scores = new Float64Array()] = await laneScores(
      backend,
      learner,
      parameters,
      [weights],
      validate,
      bare.shape,
    );
    expect(auc.value(scores, data.validate.labels)).toBeGreaterThan(0.6);
  });
});

/** Raise the learner's version, or trialVersion, with a change that turns these red: results of old are not found then. */
test('the weights of a fixed request are the ones on record', async () => {
  const records: Record<string, string> = {};
  for (const { kind, parameters } of kinds) {
    const { weights } = await train(backend, learners[kind], parameters, data, { seed: 7, toEpochs: 1 });
    records[`${kind} ${learners[kind].version} ${JSON.stringify(parameters)}`] = digest(weights);
  }
  expect(records).toMatchInlineSnapshot(`
    {
      "logistic 2 {"l2":0.0001,"learningRate":0.05}": "851355a5be46f5916314c73a408cc7e8e4878fa7e7cc565b7fcd9c3ebe84e779",
      "mlp 4 {"hidden":[16,8],"learningRate":0.01,"l2":0.0001}": "358a5534f1598ad50718165cb4ac5053389bbcb48337026b461579b5ca399601",
      "mlp 4 {"hidden":[8],"activation":"tanh","dropout":0.2,"learningRate":0.02,"l2":0}": "fbaec91c3eb4c902e2cd8f343dae4feb00062b571c330c180597611546cdd517",
    }
  `);
});

test('budgets are counted in epochs and round up to whole steps', () => {
  expect(stepsOf(1, 1_024)).toBe(1);
  expect(stepsOf(1, 1_025)).toBe(2);
  expect(stepsOf(1 / 9, 9 * 1_024)).toBe(1);
  expect(stepsOf(2, 100)).toBe(2);
});

test('weights come back from their bytes, and damaged bytes are refused', () => {
  const { weights } = startState(learners.mlp, data.shape, kinds[1].parameters, 3);
  const bytes = encodeWeights(weights);
  expect(decodeWeights(bytes)).toEqual(weights);
  expect(() => decodeWeights(bytes.slice(0, -4))).toThrow(/storage.damaged/);
  expect(() => decodeWeights(bytes.slice(0, 3))).toThrow(/storage.damaged/);
});

function digest(weights: Weights): string {
  return digestOf(encodeWeights(weights));
}
