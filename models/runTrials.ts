import { setImmediate } from 'node:timers/promises';
import { WhetError } from '../core/errors.ts';
import type { TrialRequest, TrialResult } from '../core/trial.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { readJson } from '../storage/objects.ts';
import type { Backend } from './backends/backend.ts';
import { eventTurns } from './eventTurns.ts';
import type { Standing, TrainOptions, TrainOutcome } from './lane.ts';
import { laneScores } from './laneScores.ts';
import type { Learner } from './learners/learner.ts';
import { openLearner } from './learners/openLearner.ts';
import { metrics } from './metrics/metrics.ts';
import { type EndedTrial, recordTrial, resultKeyOf } from './recordTrial.ts';
import { rowWeights } from './rowWeights.ts';
import { sparingly } from './sparingly.ts';
import { type StartedTrial, startTrial, whileHeld } from './startedTrial.ts';
import { trainLanes } from './trainer.ts';
import type { Rows, TrainingData } from './trainingData.ts';
import { trialKey } from './trialKey.ts';
import { takeLease } from './trialLease.ts';

/** What trials need from the process that runs them. */
export interface TrialSession {
  /** Unique per start. */
  readonly nonce: string;
  readonly pid: number;
  /** Milliseconds UTC: for the records, and to space the checkpoints. No result depends on it. */
  readonly clock: () => number;
  /** The project's folder, in which its own learners lie. */
  readonly folder: string;
  openBackend(name: string): Promise<Backend>;
  loadData(matrix: string): Promise<TrainingData>;
  /** A killed process loses about this much training, or twenty times what a checkpoint costs where that is more. */
  readonly checkpointEveryMs: number;
  onProgress?(steps: number, ofSteps: number): void;
  /** Told when training is over: while it is validated and written, what comes next may be got ready. */
  onTrained?(): void;
  /** Computes once all that was given before has been computed, so that one group has the core; at once when left out. */
  alone?<T>(work: () => Promise<T>): Promise<T>;
  /** Whether the process writes or opens other groups. Training gives way to them, at a few hundredths of its time. */
  hasOthers?(): boolean;
}

/**
 * Runs trials that may be trained side by side, as `trialLanes` groups them, as lanes of one program; results are in
 * their order. A result that is there is returned, so that no trial runs twice. Each trains on from its own best
 * checkpoint and leaves one at its end, from which a higher rung goes on. A trial that diverges is a result without
 * validation metrics. Throws `trial.no-rows`, `backend.unavailable`, `learner.differs`, `learner.invalid`, and
 * `trial.lease-lost` when another process has started one of the trials: the others' results are there by then.
 */
export async function runTrials(
  store: ObjectStore,
  requests: readonly TrialRequest[],
  session: TrialSession,
): Promise<TrialResult[]> {
  const results = await concurrently(requests, storeHands, heldResult(store));
  const open = requests.filter((_, at) => results[at] === undefined);
  const added = open.length === 0 ? [] : await runOpenTrials(store, open, session);
  return results.map((held) => held ?? (added.shift() as TrialResult));
}

function heldResult(store: ObjectStore) {
  return (request: TrialRequest) => readJson<TrialResult>(store, resultKeyOf(trialKey(request)));
}

async function runOpenTrials(
  store: ObjectStore,
  requests: readonly TrialRequest[],
  session: TrialSession,
): Promise<TrialResult[]> {
  const holder = { nonce: session.nonce, pid: session.pid, at: session.clock() };
  await concurrently(requests, storeHands, (request) => takeLease(store, trialKey(request), holder));
  const [first] = requests as [TrialRequest];
  const data = await session.loadData(first.matrix);
  const trials = await concurrently(requests, storeHands, (request) =>
    startTrial(store, request, data, session.folder),
  );
  const { alone = (work) => work() } = session;
  const ended = await alone(() => computed(store, trials, data, session));
  const results = await concurrently(ended, storeHands, (one) => recordTrial(store, one, session.nonce));
  const lost = ended.find(({ trial }) => trial.lost !== undefined)?.trial;
  if (lost !== undefined) throw lost.lost;
  return results as TrialResult[];
}

async function computed(
  store: ObjectStore,
  trials: readonly StartedTrial[],
  data: TrainingData,
  session: TrialSession,
): Promise<EndedTrial[]> {
  const [{ request: first }] = trials as [StartedTrial];
  const learner = await openLearner(first.candidate, session.folder);
  const backend = await openedFor(first, session);
  const at = session.clock();
  const outcomes = await trained(store, trials, session, { backend, learner }, data);
  session.onTrained?.();
  const validation = await validated({ backend, learner }, first, outcomes, data);
  const seconds = (session.clock() - at) / 1_000 / trials.length;
  return trials.map((trial, lane) => {
    const outcome = outcomes[lane] as TrainOutcome;
    return { trial, outcome, validation: validation[lane] ?? null, backend: backend.name, seconds };
  });
}

/** What trials of one shape are trained by. */
interface Trainer {
  readonly backend: Backend;
  readonly learner: Learner;
}

async function openedFor(request: TrialRequest, session: TrialSession): Promise<Backend> {
  const backend = await session.openBackend(request.backend);
  if (backend.threads === request.threads) return backend;
  const expected = `threads ${backend.threads}, which the backend '${backend.name}' uses`;
  throw new WhetError('input.invalid', { expected, came: `${request.threads} in the trial's request` });
}

async function trained(
  store: ObjectStore,
  trials: readonly StartedTrial[],
  session: TrialSession,
  { backend, learner }: Trainer,
  data: TrainingData,
): Promise<TrainOutcome[]> {
  const [{ request: first }] = trials as [StartedTrial];
  const keep = sparingly(session.clock, session.checkpointEveryMs, async ({ lanes, stateOf }: Standing) => {
    await concurrently(lanes, storeHands, (lane) => {
      const trial = trials[lane] as StartedTrial;
      return whileHeld(store, trial, session.nonce, () => trial.checkpoints.write(stateOf(lane)));
    });
    if (trials.every(({ lost }) => lost !== undefined)) throw trials[0]?.lost;
  });
  const onSteps = async (standing: Standing): Promise<void> => {
    session.onProgress?.(standing.steps, standing.ofSteps);
    // Lets the process hear that its parent is gone.
    await setImmediate();
    await keep(standing);
  };
  const lanes = trials.map(({ request: { candidate, seed }, from }) => ({
    parameters: candidate.parameters,
    seed,
    ...(from && { fromState: from }),
  }));
  const turn = eventTurns();
  const { batchRows, stopEarly } = first.training ?? {};
  const options: TrainOptions = {
    toEpochs: first.epochs,
    onSteps,
    giveWay: () => (session.hasOthers?.() ? turn() : undefined),
    ...(batchRows && { batchRows }),
    ...(stopEarly && { stopEarly: { ...stopEarly, rows: data.validate } }),
  };
  return trainLanes(backend, learner, lanes, weighed(first, data), options);
}

function weighed({ training }: TrialRequest, data: TrainingData): TrainingData {
  const weights = training && rowWeights(training, data.train);
  return weights === undefined ? data : { ...data, train: { ...data.train, weights } };
}

/** By lane, every metric there is, so that the result does not depend on who asked; null where training diverged. */
async function validated(
  { backend, learner }: Trainer,
  { candidate: { parameters } }: TrialRequest,
  outcomes: readonly TrainOutcome[],
  { validate, shape }: TrainingData,
): Promise<TrialResult['validation'][]> {
  const sound = outcomes.filter(({ diverged }) => !diverged);
  const weights = sound.map(({ chosen }) => chosen);
  const scores = await laneScores(backend, learner, parameters, weights, validate, shape);
  const giveWay = eventTurns();
  const measured = new Map<TrainOutcome, TrialResult['validation']>();
  for (const [at, outcome] of sound.entries()) {
    measured.set(outcome, await measuredBy(scores[at] ?? new Float64Array(), validate, giveWay));
  }
  return outcomes.map((outcome) => measured.get(outcome) ?? null);
}

async function measuredBy(
  scores: Float64Array,
  { labels }: Rows,
  giveWay: () => Promise<void> | undefined,
): Promise<TrialResult['validation']> {
  if (!scores.every(Number.isFinite)) return null;
  const values: [name: string, value: number][] = [];
  for (const [name, metric] of Object.entries(metrics)) {
    values.push([name, metric.value(scores, labels)]);
    await giveWay();
  }
  // A metric without a value (the AUC of one class alone) is left out: JSON has no NaN.
  return Object.fromEntries(values.filter(([, value]) => Number.isFinite(value)));
}
