import { seededRandom } from '../core/random.ts';
import type { Parameters } from '../core/trial.ts';
import { adamStart, adamStep, type LaneRates } from './adam.ts';
import type { Backend } from './backends/backend.ts';
import { seededBatches, seedOf, stepsOf, usualBatchRows } from './batches.ts';
import { checkLanes } from './checkLanes.ts';
import type { Lane, Standing, TrainOptions, TrainOutcome } from './lane.ts';
import type { Learner, MatrixShape } from './learners/learner.ts';
import { numberParameter } from './learners/parameter.ts';
import type { Weights } from './learners/weights.ts';
import { type LossesAndGradients, openLossesAndGradients } from './lossesAndGradients.ts';
import { laneState, type Stack, stacked } from './stack.ts';
import type { Rows, TrainingData } from './trainingData.ts';
import type { TrainState } from './trainState.ts';

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
  readonly diverged: boolean;
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
 * backends within their rounding. A lane that diverges or stops early ends, and disturbs no other. Holds the event loop
 * but for `giveWay` and `onSteps`.
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
    return { ...lane, place, state, loss: Number.NaN, diverged: false };
  });
  for (;;) {
    for (const lane of running.filter((one) => isOver(program, one))) outcomes[lane.place] = outcomeOf(program, lane);
    running = running.filter(({ place }) => outcomes[place] === undefined);
    if (running.length === 0) return outcomes;
    running = await trainHindmost(program, running);
  }
}

/** The state before the first step. */
export function startState(learner: Learner, shape: MatrixShape, parameters: Parameters, seed: number): TrainState {
  const weights = learner.initialWeights(shape, parameters, seededRandom(seedOf(seed, 0)));
  return { weights, adam: adamStart(weights) };
}

function isOver({ options, ofSteps }: Program, { state, diverged }: RunningLane): boolean {
  const { patience = Number.POSITIVE_INFINITY } = options.stopEarly ?? {};
  return diverged || state.adam.steps >= ofSteps || (state.checked?.since ?? 0) >= patience;
}

function outcomeOf({ data, options }: Program, { state, loss, diverged }: RunningLane): TrainOutcome {
  const rowsTrained = state.adam.steps * Math.min(options.batchRows ?? usualBatchRows, data.train.rows);
  return { ...state, chosen: state.checked?.weights ?? state.weights, diverged, loss, rowsTrained };
}

/**
 * Takes lanes with the fewest steps on, as many as memory bears, until they stand with the next ones, or until the first
 * of them ends.
 */
async function trainHindmost(program: Program, running: readonly RunningLane[]): Promise<RunningLane[]> {
  const [fewest = 0, next = program.ofSteps] = [...new Set(running.map(({ state }) => state.adam.steps))].sort(
    (a, b) => a - b,
  );
  const behind = running.filter(({ state }) => state.adam.steps === fewest);
  const { batchRows = usualBatchRows } = program.options;
  const hindmost = behind.slice(0, lanesAtOnce(behind[0]?.state.weights ?? [], batchRows));
  const others = running.filter((lane) => !hindmost.includes(lane));
  return [...(await trainTogether(program, hindmost, Math.min(next, program.ofSteps))), ...others];
}

/** So many numbers, in all lanes of a stack: of the weights, each of which takes some thirty bytes; and between layers. */
const mostWeights = 1 << 24;
const mostBetweenLayers = 1 << 26;

/** What goes into a layer, or comes out of a table, is as wide as the last dimension of its weights. */
function lanesAtOnce(weights: Weights, batchRows: number): number {
  const numbers = weights.reduce((sum, { values }) => sum + values.length, 0);
  const width = weights.reduce((sum, { dims }) => sum + (dims.at(-1) ?? 1), 0);
  return Math.max(1, Math.floor(Math.min(mostWeights / numbers, mostBetweenLayers / (width * batchRows))));
}

async function trainTogether(program: Program, lanes: readonly RunningLane[], toSteps: number): Promise<RunningLane[]> {
  const { options } = program;
  const group = grouped(program, lanes);
  const { stack } = group;
  const checks = checksOf(program);
  while (stack.steps < toSteps) {
    await takeStep(group);
    if (group.lanes.some(({ diverged }) => diverged)) break;
    if (checks !== undefined && stack.steps % checks.everySteps === 0) await check(program, group, checks.rows);
    await options.giveWay?.();
    if (stack.steps % (options.everySteps ?? 16) === 0) await options.onSteps?.(standingOf(program, group));
    if (group.lanes.some((lane) => isOver(program, lane))) break;
  }
  return group.lanes.map((lane, at) => ({ ...lane, state: stateOf(group, at) }));
}

function checksOf({ data, options }: Program): { readonly everySteps: number; readonly rows: Rows } | undefined {
  const { stopEarly, batchRows } = options;
  return stopEarly && { rows: stopEarly.rows, everySteps: stepsOf(stopEarly.everyEpochs, data.train.rows, batchRows) };
}

/** Lanes that take steps together. Where they stand is in the stack, and in each lane's state only what it was checked at. */
interface Group {
  readonly stack: Stack;
  readonly compute: LossesAndGradients;
  readonly rates: readonly LaneRates[];
  /** Those that all lanes share, and some lane's own of the others. */
  readonly parameters: Parameters;
  lanes: readonly RunningLane[];
}

function grouped({ backend, learner, data, options }: Program, lanes: readonly RunningLane[]): Group {
  const stack = stacked(lanes.map(({ state }) => state));
  const seeds = lanes.map(({ seed }) => seed);
  const batches = seededBatches(data.train, data.shape, seeds, options.batchRows);
  const rates = lanes.map(({ parameters }) => ({
    learningRate: numberParameter(parameters, 'learningRate'),
    strengths: stack.blocks.map(({ name }) => learner.penalty(name, parameters)),
  }));
  const parameters = lanes[0]?.parameters ?? {};
  const compute = openLossesAndGradients(backend, learner, parameters, stack, batches);
  return { stack, compute, rates, parameters, lanes };
}

/** One step of all lanes; none where one of them diverges. */
async function takeStep(group: Group): Promise<void> {
  const { stack, compute, rates } = group;
  const computed = await compute(stack.steps);
  group.lanes = group.lanes.map((lane, at) => {
    const loss = computed[at] ?? Number.NaN;
    return { ...lane, loss, diverged: !Number.isFinite(loss) };
  });
  if (group.lanes.every(({ diverged }) => !diverged)) adamStep(stack, computed, stack.lanes, rates);
}

async function check({ backend, learner, data }: Program, group: Group, rows: Rows): Promise<void> {
  const states = group.lanes.map((_, at) => stateOf(group, at));
  const checked = await checkLanes(backend, learner, group.parameters, states, rows, data.shape);
  group.lanes = group.lanes.map((lane, at) => ({ ...lane, state: { ...lane.state, checked: checked[at] } }));
}

function standingOf({ ofSteps }: Program, group: Group): Standing {
  const places = group.lanes.map(({ place }) => place);
  return {
    steps: group.stack.steps,
    ofSteps,
    lanes: places,
    stateOf: (place) => stateOf(group, places.indexOf(place)),
  };
}

function stateOf({ stack, lanes }: Group, at: number): TrainState {
  return { ...laneState(stack, at), checked: lanes[at]?.state.checked };
}
