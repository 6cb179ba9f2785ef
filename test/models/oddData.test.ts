import { beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../models/backends/backend.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { laneScores } from '../../models/laneScores.ts';
import { syntheticData } from '../../models/learners/check/syntheticData.ts';
import { learners } from '../../models/learners/learners.ts';
import { rowWeights } from '../../models/rowWeights.ts';
import { train } from '../../models/trainer.ts';
import type { Rows, TrainingData } from '../../models/trainingData.ts';

const { shape, train: usual } = syntheticData(300);
const parameters = { hidden: [6], learningRate: 0.05, l2: 1e-4 };
let backend: Backend;

beforeAll(async () => {
  backend = await openBackend('wasm');
});

const values = 100_001;
const odd: readonly [string, Rows, TrainingData['shape']][] = [
  ['a label that is always false', { ...usual, labels: new Uint8Array(300) }, shape],
  ['a label that is always true', { ...usual, labels: new Uint8Array(300).fill(1) }, shape],
  ['columns of one value', { ...usual, numeric: new Float32Array(900).fill(2) }, shape],
  ['three rows', firstRows(3), shape],
  ['one row', firstRows(1), shape],
  [
    'a hundred thousand categories',
    {
      ...usual,
      numeric: new Float32Array(),
      categories: usual.categories.slice(0, 300).map((_, row) => 1 + row * 300),
    },
    { width: 0, categories: [{ name: 'origin', values }] },
  ],
];

describe.each(['logistic', 'mlp'] as const)('%s', (kind) => {
  test.each(odd)('with %s ends in a sound model', async (_, rows, of) => {
    const weights = rowWeights({ classWeights: 'balanced' }, rows) ?? new Float32Array();
    const data = { shape: of, train: { ...rows, weights } };
    const { diverged, loss, chosen } = await train(backend, learners[kind], parameters, data, { seed: 1, toEpochs: 9 });
    expect([diverged, Number.isFinite(loss)]).toEqual([false, true]);
    const [scores = new Float64Array()] = await laneScores(backend, learners[kind], parameters, [chosen], rows, of);
    expect(scores.every((score) => score > 0 && score < 1)).toBe(true);
  });
});

function firstRows(rows: number): Rows {
  const { numeric, categories, labels } = usual;
  return {
    rows,
    numeric: numeric.slice(0, rows * 3),
    categories: categories.slice(0, rows * 2),
    labels: labels.slice(0, rows),
  };
}
