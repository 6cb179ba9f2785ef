import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { backendKind } from '../../core/backendName.ts';
import type { Parameters } from '../../core/trial.ts';
import { adamStart } from '../../models/adam.ts';
import type { Backend } from '../../models/backends/backend.ts';
import { backendNames, openBackend } from '../../models/backends/openBackend.ts';
import { pickBackend } from '../../models/backends/pickBackend.ts';
import { tryBackend } from '../../models/backends/tryBackend.ts';
import { seededBatches } from '../../models/batches.ts';
import { laneScores } from '../../models/laneScores.ts';
import { syntheticData } from '../../models/learners/check/syntheticData.ts';
import type { Learner, MatrixShape } from '../../models/learners/learner.ts';
import { learners } from '../../models/learners/learners.ts';
import { decodeWeights, encodeWeights, type Weights } from '../../models/learners/weights.ts';
import { openLossesAndGradients } from '../../models/lossesAndGradients.ts';
import { stacked } from '../../models/stack.ts';
import { startState, train } from '../../models/trainer.ts';
import type { Rows } from '../../models/trainingData.ts';
import type { TrainState } from '../../models/trainState.ts';

const root = resolve(import.meta.dirname, '../..');
const data = syntheticData(512, 5);
const small = syntheticData(40, 9);
const mlp = { hidden: [6, 4], learningRate: 0.01, l2: 1e-3 };
const logistic = { learningRate: 0.05, l2: 1e-3 };

const backends = await Promise.all(backendNames.map(async (name) => ({ name, trial: await tryBackend(name) })));
const available = backends.filter(({ trial }) => trial.opens).map(({ name }) => name);

/** What is not on this machine is told, and not tested. */
describe.each(backends.filter(({ trial }) => !trial.opens))('the backend $name', ({ trial }) => {
  test.skip(`is not available: ${trial.opens ? '' : trial.facts.came}`);
});

/** Every backend keeps this contract. */
describe.each(available)('the backend %s', (name) => {
  let backend: Backend;

  beforeAll(async () => {
    backend = await openBackend(name);
  });

  test('is the one that is named, on one thread', async () => {
    expect(backendKind(backend.name)).toBe(name);
    expect(backend.threads).toBe(1);
    expect((await openBackend(backend.name)).name).toBe(backend.name);
    await expect(openBackend(`${name}@0.0.1`)).rejects.toThrow(/backend.unavailable: .*@0.0.1/);
  });

  test('the same seed gives the same weights', async () => {
    const run = () => train(backend, learners.mlp, mlp, data, { seed: 3, toEpochs: 4 });
    const [one, two] = [await run(), await run()];
    expect(encodeWeights(one.weights)).toEqual(encodeWeights(two.weights));
  });

  test.each([
    ['logistic', learners.logistic, logistic],
    ['mlp', learners.mlp, mlp],
    ['mlp with tanh', learners.mlp, { ...mlp, activation: 'tanh' }],
    ['mlp with elu', learners.mlp, { ...mlp, activation: 'elu' }],
  ] as const)('the gradient of %s is that of the same function in plain numbers', async (_, learner, parameters) => {
    const { weights } = startState(learner, small.shape, parameters, 11);
    const shaken = weights.map((weight, at) => ({
      ...weight,
      values: weight.values.map((value, index) => value + 0.1 * Math.sin(at + index)),
    }));
    const { loss, gradients } = await gradientOn(backend, learner, parameters, shaken);
    const plain = (of: readonly PlainWeight[]) => plainLoss(parameters, of, small.train, small.shape);
    expect(loss).toBeCloseTo(plain(shaken), 5);
    shaken.forEach(({ values }, at) => {
      for (let index = 0; index < values.length; index += 1) {
        const slope = finiteDifference((shift) => {
          const moved = shaken.map((weight) => ({ ...weight, values: Float64Array.from(weight.values) }));
          const target = moved[at]?.values ?? new Float64Array();
          target[index] = (target[index] ?? 0) + shift;
          return plain(moved);
        });
        expect(Math.abs((gradients[at]?.[index] ?? Number.NaN) - slope)).toBeLessThan(2e-5);
      }
    });
  });

  test('a stored state goes on bit for bit as if training had never stopped', async () => {
    const run = (toEpochs: number, fromState?: TrainState) =>
      train(backend, learners.mlp, mlp, data, { seed: 3, toEpochs, batchRows: 128, ...(fromState && { fromState }) });
    const half = await run(1.5);
    const stored = { weights: decodeWeights(encodeWeights(half.weights)), adam: structuredClone(half.adam) };
    const [resumed, straight] = [await run(3, stored), await run(3)];
    expect(encodeWeights(resumed.weights)).toEqual(encodeWeights(straight.weights));
    expect(resumed.adam).toEqual(straight.adam);
  });

  test('a number that is none ends training as diverged, with the weights before it, and scores as none', async () => {
    const numeric = small.train.numeric.slice();
    numeric[5] = Number.NaN;
    const poisoned = { shape: small.shape, train: { ...small.train, numeric } };
    const before = backend.tf.memory().numTensors;
    const { diverged, weights, adam } = await train(backend, learners.mlp, mlp, poisoned, { seed: 3, toEpochs: 2 });
    expect([diverged, adam.steps]).toEqual([true, 0]);
    expect(weights.every(({ values }) => values.every(Number.isFinite))).toBe(true);
    const rows = { ...small.validate, numeric: small.validate.numeric.slice().fill(Number.NaN, 3, 4) };
    const [scores = new Float64Array()] = await laneScores(backend, learners.mlp, mlp, [weights], rows, small.shape);
    expect([...scores].map(Number.isFinite).indexOf(false)).toBe(1);
    expect([...scores].filter(Number.isNaN)).toHaveLength(1);
    expect(backend.tf.memory().numTensors).toBe(before);
  });

  test('300 batches leave no tensor behind', async () => {
    await train(backend, learners.mlp, mlp, small, { seed: 3, toEpochs: 1 });
    const before = backend.tf.memory();
    const { adam } = await train(backend, learners.mlp, mlp, small, { seed: 3, toEpochs: 300 });
    const after = backend.tf.memory();
    expect(adam.steps).toBe(300);
    expect([after.numTensors, after.numBytes]).toEqual([before.numTensors, before.numBytes]);
  });
});

describe.runIf(available.includes('tfjs-node'))('a network by operations of TensorFlow', () => {
  const weighted = {
    ...small.train,
    weights: Float32Array.from({ length: small.train.rows }, (_, row) => 0.5 + row / 40),
  };
  const numbersAlone = {
    shape: { width: small.shape.width, categories: [] },
    train: { ...small.train, categories: new Int32Array() },
  };

  test.each([
    ['lanes with one seed', mlp, [5, 5, 5], small],
    ['lanes with seeds of their own', mlp, [5, 6, 7], small],
    ['lanes without categories, with one seed', mlp, [5, 5], numbersAlone],
    ['lanes without categories, with seeds of their own', mlp, [5, 6], numbersAlone],
    ['rows that count by weight', mlp, [5, 6], { ...small, train: weighted }],
    ['units that rest, with one seed', { ...mlp, dropout: 0.4 }, [5, 5], small],
    ['units that rest, with seeds of their own', { ...mlp, dropout: 0.4, activation: 'tanh' }, [5, 6], small],
    ['elu', { ...mlp, activation: 'elu' }, [5, 6], small],
  ])('%s: losses and gradients as by TensorFlow.js', async (_, parameters, seeds, { train: rows, shape }) => {
    const backend = await openBackend('tfjs-node');
    const { network: _layers, ...byTensors } = learners.mlp;
    const states = seeds.map((seed, lane) => startState(learners.mlp, shape, parameters, seed + 10 * lane));
    await backend.activate();
    const computed = async (learner: Learner) => {
      const stack = stacked(states);
      const batches = seededBatches(rows, shape, seeds, 16);
      const compute = openLossesAndGradients(backend, learner, parameters, stack, batches);
      await compute(4);
      return Float32Array.from(await compute(1));
    };
    const [ours, theirs] = [await computed(learners.mlp), await computed(byTensors)];
    expect(ours).toHaveLength(theirs.length);
    expect(Math.max(...ours.map((value, at) => Math.abs(value - (theirs[at] ?? Number.NaN))))).toBeLessThan(2e-6);
  });
});

test.each([
  ['logistic', logistic],
  ['mlp', mlp],
] as const)('the backends agree within 1e-4 of the loss of %s', async (kind, parameters) => {
  const losses = [];
  for (const name of available) {
    const { loss } = await train(await openBackend(name), learners[kind], parameters, data, { seed: 3, toEpochs: 5 });
    losses.push(loss);
  }
  expect(Math.max(...losses) - Math.min(...losses)).toBeLessThan(1e-4);
});

test('opening one leaves the errors of the process to the process', () => {
  // A fresh process: here the backend is open already, and vitest listens too.
  const script = `
    const { openBackend } = await import(${JSON.stringify(join(root, 'models/backends/openBackend.ts'))});
    await openBackend('wasm');
    console.log(process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection'));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  expect(printed.trim()).toBe('0');
});

test('the fastest one is picked, or the one that is asked for', async () => {
  expect(backendKind(await pickBackend(''))).toBe(available[0]);
  expect(await pickBackend('cpu')).toBe('cpu');
  expect(await pickBackend('tfjs-node@9.9.9')).toBe('tfjs-node@9.9.9');
});

test('a name that is not known is refused', async () => {
  const refused = /input.invalid: expected .* or wasm or cpu, but came backend 'abacus'/;
  await expect(openBackend('abacus')).rejects.toThrow(refused);
  await expect(pickBackend('abacus')).rejects.toThrow(refused);
});

async function gradientOn(backend: Backend, learner: Learner, parameters: Parameters, weights: Weights) {
  await backend.activate();
  const stack = stacked([{ weights, adam: adamStart(weights) }]);
  const batches = seededBatches(small.train, small.shape, [0], small.train.rows);
  const [loss, ...gradients] = await openLossesAndGradients(backend, learner, parameters, stack, batches)(0);
  const sliced = stack.blocks.map(({ offset, size }) => gradients.slice(offset, offset + size));
  return { loss, gradients: sliced };
}

interface PlainWeight {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array | Float64Array;
}

/** Mean log loss in float64, row by row and without TensorFlow.js. */
function plainLoss(of: Parameters, weights: readonly PlainWeight[], rows: Rows, shape: MatrixShape): number {
  const bent = bends[String(of.activation ?? 'relu')] ?? Number;
  let sum = 0;
  for (let row = 0; row < rows.rows; row += 1) {
    const isMlp = 'hidden' in of;
    const logit = isMlp ? plainMlp(bent, weights, rows, shape, row) : plainLogistic(weights, rows, shape, row);
    sum += Math.log1p(Math.exp(rows.labels[row] === 1 ? -logit : logit));
  }
  return sum / rows.rows;
}

const bends: Readonly<Record<string, (x: number) => number>> = {
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
};

function plainLogistic(weights: readonly PlainWeight[], rows: Rows, shape: MatrixShape, row: number): number {
  const { inputs, indices } = rowOf(rows, shape, row);
  const of = (name: string) => weights.find((weight) => weight.name === name)?.values ?? [];
  const numeric = inputs.reduce((sum, value, at) => sum + value * (of('numeric')[at] ?? 0), of('bias')[0] ?? 0);
  return shape.categories.reduce((sum, { name }, at) => sum + (of(`values/${name}`)[indices[at] ?? 0] ?? 0), numeric);
}

function plainMlp(
  bent: (x: number) => number,
  weights: readonly PlainWeight[],
  rows: Rows,
  shape: MatrixShape,
  row: number,
): number {
  const { inputs, indices } = rowOf(rows, shape, row);
  const named = new Map(weights.map((weight) => [weight.name, weight]));
  let through = [...inputs];
  shape.categories.forEach(({ name }, at) => {
    const table = named.get(`embedding/${name}`);
    const width = table?.dims[1] ?? 0;
    const from = (indices[at] ?? 0) * width;
    through.push(...(table?.values.slice(from, from + width) ?? []));
  });
  for (let layer = 0; named.has(`layer${layer}/kernel`); layer += 1) {
    const kernel = named.get(`layer${layer}/kernel`);
    const units = kernel?.dims[0] ?? 0;
    const inputs = through.length;
    const last = !named.has(`layer${layer + 1}/kernel`);
    through = Array.from({ length: units }, (_, unit) => {
      const start = named.get(`layer${layer}/bias`)?.values[unit] ?? 0;
      const sum = through.reduce((held, value, at) => held + value * (kernel?.values[unit * inputs + at] ?? 0), start);
      return last ? sum : bent(sum);
    });
  }
  return through[0] ?? Number.NaN;
}

function rowOf(rows: Rows, { width, categories }: MatrixShape, row: number) {
  const inputs = [...rows.numeric.slice(row * width, (row + 1) * width)];
  const indices = [...rows.categories.slice(row * categories.length, (row + 1) * categories.length)];
  return { inputs, indices };
}

function finiteDifference(loss: (shift: number) => number): number {
  const step = 1e-5;
  return (loss(step) - loss(-step)) / (2 * step);
}

test('opened by several at once in a new process, the backend is still the fastest one', () => {
  const pick = JSON.stringify(join(root, 'models/backends/pickBackend.ts'));
  const script = `const { pickBackend } = await import(${pick});
    console.log(JSON.stringify(await Promise.all([pickBackend(), pickBackend(), pickBackend()])));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  expect(JSON.parse(printed.toString())).toEqual(['wasm', 'wasm', 'wasm']);
});
