import { seededRandom } from '../core/random.ts';
import type { Parameters } from '../core/trial.ts';
import { adamStart, adamStep, type LaneRates } from './adam.ts';
import type { Backend, Tf } from './backends/backend.ts';
import { stackedLogLoss } from './backends/stackedSums.ts';
import { type Batches, seededBatches, seedOf, stepsOf, usualBatchRows } from './batches.ts';
import type { Learner, MatrixShape } from './learners/learner.ts';
import { numberParameter } from './learners/parameter.ts';
import type { Weights } from './learners/weights.ts';
import { laneState, type Stack, stacked, stackTensors } from './stack.ts';
import type { TrainingData } from './trainingData.ts';
import type { TrainState } from './trainState.ts';

/** One of the models that are trained side by side. */
export interface Lane {
  /** Lanes may differ in `learningRate` and in what the penalties take; all else decides the shape of the program. */
  readonly parameters: Parameters;
  readonly seed: number;
  /** Goes on from here, bit for bit as if it had never stopped; from the seed's first weights when left out. */
  readonly fromState?: TrainState;
}

export interface TrainOptions {
  /** The budget, counted from the very start. */
  readonly toEpochs: number;
  /** Rows of one step; 1,024 when left out. */
  readonly batchRows?: number;
  /** Awaited every `everySteps` steps, counted from the very start. */
  readonly onSteps?: (standing: Standing) => Promise<void>;
  /** 16 when left out. */
  readonly everySteps?: number;
}

/** Where the lanes stand that have taken as many steps and go on. */
export interface Standing {
  readonly steps: number;
  readonly ofSteps: number;
  /** Their places among all. */
  readonly lanes: readonly number[];
  /** A copy, by a place of `lanes`. */
  stateOf(lane: number): TrainState;
}

export interface TrainOutcome extends TrainState {
  /** The loss was no number at some step; weights and state are those before that step. */
  readonly diverged: boolean;
  /** Of the last step, penalty left out; NaN where no step was taken. */
  readonly loss: number;
  readonly rowsTrained: number;
}

/** What all lanes share. */
interface Program {
  readonly backend: Backend;
  readonly learner: Learner;
  readonly data: Pick<TrainingData, 'shape' | 'train'>;
  readonly options: TrainOptions;
  readonly ofSteps: number;
}

interface RunningLane extends Lane {
  readonly place: number;
  readonly state: TrainState;
  readonly loss: number;
}

/** Trains one model: `trainLanes` with one lane. */
export async function train(
  backend: Backend,
  learner: Learner,
  parameters: Parameters,
  data: Pick<TrainingData, 'shape' | 'train'>,
  { seed, fromState, ...options }: TrainOptions & Pick<Lane, 'seed' | 'fromState'>,
): Promise<TrainOutcome> {
  const lane = { parameters, seed, ...(fromState && { fromState }) };
  const [outcome] = await trainLanes(backend, learner, [lane], data, options);
  return outcome as TrainOutcome;
}

/**
 * Trains models of one shape side by side by minibatches with Adam on the mean log loss; outcomes are in the lanes'
 * order. With wasm and plain JavaScript each lane ends with the very bits that it would end with alone, with other
 * backends within their rounding. A lane that diverges ends, and disturbs no other. Holds the event loop for
 * `everySteps` steps at a time.
 */
export async function trainLanes(
  backend: Backend,
  learner: Learner,
  lanes: readonly Lane[],
  data: Pick<TrainingData, 'shape' | 'train'>,
  options: TrainOptions,
): Promise<TrainOutcome[]> {
  await backend.activate();
  const ofSteps = stepsOf(options.toEpochs, data.train.rows, options.batchRows);
  const program: Program = { backend, learner, data, options, ofSteps };
  const outcomes: TrainOutcome[] = [];
  let running = lanes.map((lane, place): RunningLane => {
    const state = lane.fromState ?? startState(learner, data.shape, lane.parameters, lane.seed);
    return { ...lane, place, state, loss: Number.NaN };
  });
  while (running.length > 0) {
    const { lanes: moved, diverged } = await trainHindmost(program, running);
    for (const lane of moved) {
      const isOver = lane.state.adam.steps >= ofSteps;
      if (isOver || diverged.has(lane.place)) outcomes[lane.place] = outcomeOf(program, lane, diverged.has(lane.place));
    }
    running = moved.filter(({ place }) => outcomes[place] === undefined);
  }
  return outcomes;
}

/** The state before the first step. */
export function startState(learner: Learner, shape: MatrixShape, parameters: Parameters, seed: number): TrainState {
  const weights = learner.initialWeights(shape, parameters, seededRandom(seedOf(seed, 0)));
  return { weights, adam: adamStart(weights) };
}

interface Moved {
  readonly lanes: RunningLane[];
  readonly diverged: ReadonlySet<number>;
}

/**
 * Takes lanes with the fewest steps on, as many as memory bears, until they stand with the next ones, or until the first
 * of them diverges.
 */
async function trainHindmost(program: Program, running: readonly RunningLane[]): Promise<Moved> {
  const { ofSteps } = program;
  const [fewest = ofSteps, next = ofSteps] = [...new Set(running.map(({ state }) => state.adam.steps))].sort(
    (a, b) => a - b,
  );
  if (fewest >= ofSteps) return { lanes: [...running], diverged: new Set() };
  const behind = running.filter(({ state }) => state.adam.steps === fewest);
  const hindmost = behind.slice(0, lanesAtOnce(behind[0]?.state.weights ?? []));
  const others = running.filter((lane) => !hindmost.includes(lane));
  const { lanes, diverged } = await trainTogether(program, hindmost, Math.min(next, ofSteps));
  return { lanes: [...lanes, ...others], diverged };
}

/** So many numbers of weights, in all lanes of a stack, which takes some thirty bytes for each. */
const mostInStack = 1 << 24;

function lanesAtOnce(weights: Weights): number {
  const numbers = weights.reduce((sum, { values }) => sum + values.length, 0);
  return Math.max(1, Math.floor(mostInStack / Math.max(1, numbers)));
}

async function trainTogether(program: Program, lanes: readonly RunningLane[], toSteps: number): Promise<Moved> {
  const { learner, data, options, ofSteps } = program;
  const stack = stacked(lanes.map(({ state }) => state));
  const seeds = lanes.map(({ seed }) => seed);
  const batches = seededBatches(data.train, data.shape, seeds, options.batchRows ?? usualBatchRows);
  const rates = lanes.map((lane) => ratesOf(learner, stack, lane));
  const parameters = lanes[0]?.parameters ?? {};
  const places = lanes.map(({ place }) => place);
  const standing = (): Standing => ({
    steps: stack.steps,
    ofSteps,
    lanes: places,
    stateOf: (place) => laneState(stack, places.indexOf(place)),
  });
  let losses = lanes.map(({ loss }) => loss);
  const diverged = new Set<number>();
  while (stack.steps < toSteps && diverged.size === 0) {
    const computed = lossesAndGradients(program.backend.tf, learner, parameters, stack, batches, stack.steps);
    losses = [...computed.subarray(0, stack.lanes)];
    for (const [at, place] of places.entries()) if (!Number.isFinite(losses[at])) diverged.add(place);
    if (diverged.size > 0) break;
    adamStep(stack, computed, stack.lanes, rates);
    if (stack.steps % (options.everySteps ?? 16) === 0) await options.onSteps?.(standing());
  }
  const moved = lanes.map((lane, at) => ({
    ...lane,
    state: laneState(stack, at),
    loss: losses[at] ?? Number.NaN,
  }));
  return { lanes: moved, diverged };
}

/** Each lane's loss over one step's rows, then the gradients of all weights, as the stack's values lie. */
export function lossesAndGradients(
  tf: Tf,
  learner: Learner,
  parameters: Parameters,
  stack: Stack,
  batches: Batches,
  step: number,
): Float32Array {
  const computed = tf.tidy(() => {
    const { batch, labels, rowWeights } = batches.tensors(tf, step);
    const weights = stackTensors(tf, stack);
    const losses = () => stackedLogLoss(tf, learner.logits(tf, weights, batch, parameters), labels, rowWeights);
    const { value, grads } = tf.engine().gradients(losses, Object.values(weights), tf.ones([stack.lanes]));
    return tf.concat([value, ...grads.map((gradient) => tf.reshape(gradient, [-1]))]);
  });
  // Read outside: `tidy` looks for tensors in whatever it is given back, number by number.
  const read = computed.dataSync() as Float32Array;
  computed.dispose();
  return read;
}

function ratesOf(learner: Learner, stack: Stack, { parameters }: Lane): LaneRates {
  return {
    learningRate: numberParameter(parameters, 'learningRate'),
    strengths: stack.blocks.map(({ name }) => learner.penalty(name, parameters)),
  };
}

function outcomeOf({ data, options }: Program, { state, loss }: RunningLane, diverged: boolean): TrainOutcome {
  const rowsOfStep = Math.min(options.batchRows ?? usualBatchRows, data.train.rows);
  return { ...state, diverged, loss, rowsTrained: state.adam.steps * rowsOfStep };
}
