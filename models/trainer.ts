import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { seededRandom } from '../core/random.ts';
import type { Parameters } from '../core/trial.ts';
import { type AdamState, adamStart, adamStep } from './adam.ts';
import type { Backend, Tf } from './backends/backend.ts';
import { meanLogLoss } from './backends/operations.ts';
import { type Batches, batchRows, seededBatches, seedOf, tensorsOfRows } from './batches.ts';
import type { Learner, MatrixShape } from './learners/learner.ts';
import { numberParameter } from './learners/parameter.ts';
import type { Weights } from './learners/weights.ts';
import type { Rows, TrainingData } from './trainingData.ts';

/** Where training stands: all that the next step depends on, besides the request. */
export interface TrainState {
  readonly weights: Weights;
  readonly adam: AdamState;
}

export interface TrainOptions {
  readonly seed: number;
  /** Goes on from here, bit for bit as if it had never stopped; from the seed's first weights when left out. */
  readonly fromState?: TrainState;
  /** The budget, counted from the very start. */
  readonly toEpochs: number;
  /** Awaited every `everySteps` steps. The state is the live one: to be copied or written before the promise ends. */
  readonly onCheckpoint?: (state: TrainState, ofSteps: number) => Promise<void>;
  readonly everySteps?: number;
}

export interface TrainOutcome extends TrainState {
  /** The loss was no number at some step; weights and state are those before that step. */
  readonly diverged: boolean;
  /** Of the last step, penalty left out; NaN where no step was taken. */
  readonly loss: number;
  readonly rowsTrained: number;
}

/** Trains by minibatches with Adam on the mean log loss. Holds the event loop for `everySteps` steps at a time. */
export async function train(
  backend: Backend,
  learner: Learner,
  parameters: Parameters,
  data: Pick<TrainingData, 'shape' | 'train'>,
  options: TrainOptions,
): Promise<TrainOutcome> {
  const { tf } = backend;
  await backend.activate();
  const state = options.fromState ?? startState(learner, data.shape, parameters, options.seed);
  const weights = state.weights.map((weight) => ({ ...weight, values: weight.values.slice() }));
  let adam = copied(state.adam);
  const ofSteps = stepsOf(options.toEpochs, data.train.rows);
  const batches = seededBatches(data.train, data.shape, options.seed);
  const strengths = weights.map(({ name }) => learner.penalty(name, parameters));
  const learningRate = numberParameter(parameters, 'learningRate');
  const variables = variablesOf(tf, weights);
  let loss = Number.NaN;
  let diverged = false;
  try {
    while (adam.steps < ofSteps && !diverged) {
      const step = gradientsOf(tf, learner, weights, variables, batches, adam.steps);
      loss = step.loss;
      diverged = !Number.isFinite(loss);
      if (diverged) break;
      adam = adamStep(weights, step.gradients, strengths, adam, learningRate);
      assign(tf, weights, variables);
      if (adam.steps % (options.everySteps ?? 16) === 0) await options.onCheckpoint?.({ weights, adam }, ofSteps);
    }
  } finally {
    tf.dispose(variables);
  }
  return { weights, adam, diverged, loss, rowsTrained: adam.steps * batches.rows };
}

/** The state before the first step. */
export function startState(learner: Learner, shape: MatrixShape, parameters: Parameters, seed: number): TrainState {
  const weights = learner.initialWeights(shape, parameters, seededRandom(seedOf(seed, 0)));
  return { weights, adam: adamStart(weights) };
}

/** Steps that a budget of epochs over so many rows comes to. */
export function stepsOf(epochs: number, rows: number): number {
  const roundingError = 1e-9;
  return Math.ceil((epochs * rows) / Math.min(batchRows, rows) - roundingError);
}

/** Each row's score, in [0, 1]. NaN where the weights have run off to infinity. */
export async function scoresOf(
  backend: Backend,
  learner: Learner,
  weights: Weights,
  data: Rows,
  shape: MatrixShape,
): Promise<Float64Array> {
  const { tf } = backend;
  await backend.activate();
  const scores = new Float64Array(data.rows);
  for (let from = 0; from < data.rows; from += scoredAtOnce) {
    const to = Math.min(from + scoredAtOnce, data.rows);
    const logits = tf.tidy(() => {
      const named = weights.map(({ name, dims, values }) => [name, tf.tensor(values, [...dims])] as const);
      return learner.logits(tf, Object.fromEntries(named), tensorsOfRows(tf, data, shape, from, to)).dataSync();
    });
    logits.forEach((logit, at) => {
      scores[from + at] = 1 / (1 + Math.exp(-logit));
    });
  }
  return scores;
}

const scoredAtOnce = 8_192;

function copied(adam: AdamState): AdamState {
  const copies = (arrays: readonly Float32Array[]): Float32Array[] => arrays.map((array) => array.slice());
  return { steps: adam.steps, means: copies(adam.means), squares: copies(adam.squares) };
}

/** A variable per weight, to be disposed by the caller. It shares the first tensor's memory, which has its own handle. */
export function variablesOf(tf: Tf, weights: Weights): Variable[] {
  return weights.map(({ dims, values }) => {
    const first = tf.tensor(values, [...dims]);
    const variable = tf.variable(first);
    first.dispose();
    return variable;
  });
}

/** The loss of one step's rows and its gradient by each weight. */
export function gradientsOf(
  tf: Tf,
  learner: Learner,
  weights: Weights,
  variables: readonly Variable[],
  batches: Batches,
  step: number,
): { readonly loss: number; readonly gradients: Float32Array[] } {
  return tf.tidy(() => {
    const { batch, labels } = batches.tensors(tf, step);
    const named = Object.fromEntries(weights.map(({ name }, at) => [name, variables[at] as Tensor]));
    const loss = () => meanLogLoss(tf, learner.logits(tf, named, batch), labels) as Scalar;
    const { value, grads } = tf.variableGrads(loss, [...variables]);
    const gradients = variables.map((variable) => grads[variable.name]?.dataSync() as Float32Array);
    return { loss: value.dataSync()[0] ?? Number.NaN, gradients };
  });
}

function assign(tf: Tf, weights: Weights, variables: readonly Variable[]): void {
  weights.forEach(({ dims, values }, at) => {
    const fresh = tf.tensor(values, [...dims]);
    variables[at]?.assign(fresh);
    fresh.dispose();
  });
}
