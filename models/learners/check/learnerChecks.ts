import { seededRandom } from '../../../core/random.ts';
import { stepsOf } from '../../batches.ts';
import { logLoss } from '../../metrics/logLoss.ts';
import { startState, train, trainLanes } from '../../trainer.ts';
import type { TrainState } from '../../trainState.ts';
import { decodeWeights, encodeWeights, type Weights } from '../weights.ts';
import {
  type CheckedLearner,
  type CheckFigure,
  type LearnerCheck,
  largestDifference,
  scored,
} from './checkedLearner.ts';
import { checkCompiled, checkGraph } from './checkGraph.ts';

/** A trial's score may differ by this much between a lane beside others and one alone, where the backend rounds. */
const laneTolerance = 1e-4;

/** What every learner keeps: the engine's own are held to it by its tests, others by `whet learner check`. */
export const learnerChecks: readonly LearnerCheck[] = [
  { name: 'its weights have names and sizes of their own', run: checkWeights },
  { name: 'the same seed gives the same weights', run: checkSeed },
  { name: 'another seed gives other weights', run: checkOtherSeed },
  { name: 'training lowers the loss', run: checkLearning },
  { name: 'it goes on from stored weights as if it had never stopped', run: checkStored },
  { name: 'a loss that explodes is told', run: checkDiverging },
  { name: 'its graph scores as training does', run: checkGraph },
  { name: 'its graph compiles, or onnxruntime serves it', run: checkCompiled },
  { name: 'lanes side by side end as each alone', run: checkLanesAlone },
  { name: 'batches leave no tensor behind', run: checkMemory },
];

async function checkWeights({ learner, parameters, data: { shape } }: CheckedLearner): Promise<CheckFigure> {
  const weights = learner.initialWeights(shape, parameters, seededRandom(4));
  const wrong = weights.filter(({ name, dims, values }, at) => {
    const category = learner.categoryOf(name);
    const rows = category === undefined ? dims[0] : shape.categories.find((one) => one.name === category)?.values;
    const isNamedTwice = weights.findIndex((other) => other.name === name) < at;
    const penalty = learner.penalty(name, parameters);
    const isSized = dims.reduce((size, dim) => size * dim, 1) === values.length && rows === dims[0];
    return isNamedTwice || !isSized || !(penalty >= 0 && Number.isFinite(penalty)) || !values.every(Number.isFinite);
  });
  const numbers = weights.reduce((sum, { values }) => sum + values.length, 0);
  if (wrong.length === 0 && numbers > 0)
    return { passed: true, figure: `${weights.length} weights, ${numbers} numbers` };
  const named = wrong.map(({ name, dims, values }) => `'${name}' of [${dims}] with ${values.length} numbers`);
  return { passed: false, figure: named.join(', ') || 'no weights' };
}

function trained(
  { backend, learner, parameters, data }: CheckedLearner,
  toEpochs: number,
  seed = 7,
  from?: TrainState,
) {
  return train(backend, learner, parameters, data, { seed, toEpochs, ...(from && { fromState: from }) });
}

async function checkSeed(subject: CheckedLearner): Promise<CheckFigure> {
  const [one, again] = [await trained(subject, 1), await trained(subject, 1)];
  const different = differentNumbers(one.weights, again.weights);
  return { passed: different === 0, figure: `${different} numbers differ after ${one.adam.steps} steps` };
}

async function checkOtherSeed(subject: CheckedLearner): Promise<CheckFigure> {
  const [one, other] = [await trained(subject, 1), await trained(subject, 1, 8)];
  const different = differentNumbers(one.weights, other.weights);
  return { passed: different > 0, figure: `${different} numbers differ after ${one.adam.steps} steps` };
}

function differentNumbers(one: Weights, other: Weights): number {
  const of = (weight: number, at: number): number => other[weight]?.values[at] ?? Number.NaN;
  return one.reduce(
    (sum, { values }, weight) => sum + values.filter((value, at) => value !== of(weight, at)).length,
    0,
  );
}

async function checkLearning(subject: CheckedLearner): Promise<CheckFigure> {
  const { learner, parameters, data } = subject;
  const start = startState(learner, data.shape, parameters, 7).weights;
  const { weights } = await trained(subject, 12);
  const [before, after] = [await lossOf(subject, start), await lossOf(subject, weights)];
  return { passed: after < before, figure: `log loss ${before.toFixed(4)} -> ${after.toFixed(4)} in 12 epochs` };
}

async function lossOf(subject: CheckedLearner, weights: Weights): Promise<number> {
  return logLoss.value(await scored(subject, weights), subject.data.validate.labels);
}

async function checkStored(subject: CheckedLearner): Promise<CheckFigure> {
  const [straight, first] = [await trained(subject, 3), await trained(subject, 1)];
  const stored = { weights: decodeWeights(encodeWeights(first.weights)), adam: structuredClone(first.adam) };
  const different = differentNumbers(straight.weights, (await trained(subject, 3, 7, stored)).weights);
  return { passed: different === 0, figure: `${different} numbers differ after ${straight.adam.steps} steps` };
}

async function checkDiverging(subject: CheckedLearner): Promise<CheckFigure> {
  const wild = { ...subject, parameters: { ...subject.parameters, learningRate: 1e38 } };
  const { diverged, weights, adam } = await trained(wild, 5);
  const isKept = weights.every(({ values }) => !values.some(Number.isNaN));
  const of = stepsOf(5, subject.data.train.rows);
  return {
    passed: diverged && isKept,
    figure: `learning rate 1e38: step ${adam.steps} of ${of}, diverged ${diverged}`,
  };
}

async function checkLanesAlone(subject: CheckedLearner): Promise<CheckFigure> {
  const { backend, learner, parameters, data } = subject;
  const rates = [1, 2, 3].map((times) => times * Number(parameters.learningRate));
  const lanes = rates.map((learningRate, at) => ({ seed: 1 + at, parameters: { ...parameters, learningRate } }));
  const together = await trainLanes(backend, learner, lanes, data, { toEpochs: 2 });
  const apart = await Promise.all(
    lanes.map(async (lane, at) => {
      const [alone] = await trainLanes(backend, learner, [lane], data, { toEpochs: 2 });
      const scores = await scored(subject, alone?.weights ?? []);
      return largestDifference(scores, await scored(subject, together[at]?.weights ?? []));
    }),
  );
  const most = Math.max(...apart);
  const figure = `scores within ${most.toExponential(1)}, ${laneTolerance} allowed`;
  return { passed: most <= laneTolerance, figure };
}

async function checkMemory(subject: CheckedLearner): Promise<CheckFigure> {
  await trained(subject, 1);
  const before = subject.backend.tf.memory().numTensors;
  const { adam } = await trained(subject, 25);
  const left = subject.backend.tf.memory().numTensors - before;
  return { passed: left === 0, figure: `${left} tensors more after ${adam.steps} batches` };
}
