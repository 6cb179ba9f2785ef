import { setImmediate } from 'node:timers/promises';
import { WhetError } from '../core/errors.ts';
import { scoreMetrics } from '../core/scorecardPlan.ts';
import type { TrialRequest, TrialResult } from '../core/trial.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, putObject, readJson, requireJson } from '../storage/objects.ts';
import type { Backend } from './backends/backend.ts';
import { bestCheckpoint, writeCheckpoint } from './checkpoints.ts';
import { learners } from './learners/learners.ts';
import { encodeWeights } from './learners/weights.ts';
import { metrics } from './metrics/metrics.ts';
import { scoresOf, stepsOf, type TrainOutcome, type TrainState, train } from './trainer.ts';
import type { TrainingData } from './trainingData.ts';
import { checkpointKey, trialKey } from './trialKey.ts';
import { checkLease, takeLease } from './trialLease.ts';

/** What a trial needs from the process that runs it. */
export interface TrialSession {
  /** Unique per start. */
  readonly nonce: string;
  readonly pid: number;
  /** Milliseconds UTC: for the records, and to space the checkpoints. No result depends on it. */
  readonly clock: () => number;
  openBackend(name: string): Promise<Backend>;
  loadData(matrix: string): Promise<TrainingData>;
  /** A killed process loses at most about this much training. */
  readonly checkpointEveryMs: number;
  onProgress?(steps: number, ofSteps: number): void;
}

/**
 * Runs a trial, once: a result that is there is returned. Trains on from the best checkpoint and leaves one at the end,
 * from which a higher rung goes on. A trial that diverges is a result without validation metrics. Throws
 * `trial.lease-lost` when another process has started the same trial, `trial.no-rows`, `backend.unavailable`.
 */
export async function runTrial(store: ObjectStore, request: TrialRequest, session: TrialSession): Promise<TrialResult> {
  const key = trialKey(request);
  const done = await readJson<TrialResult>(store, resultKey(key));
  if (done !== undefined) return done;
  const startedAt = session.clock();
  await takeLease(store, key, { nonce: session.nonce, pid: session.pid, at: startedAt });
  const backend = await openedFor(request, session);
  const data = await session.loadData(request.matrix);
  const outcome = await trained(store, request, session, backend, data);
  const validation = await validated(backend, request, outcome, data);
  await checkLease(store, key, session.nonce);
  if (validation !== null) await writeCheckpoint(store, checkpointKey(request), outcome);
  const result: TrialResult = {
    key,
    candidate: request.candidate,
    epochs: request.epochs,
    steps: outcome.adam.steps,
    rowsTrained: outcome.rowsTrained,
    backend: backend.name,
    validation,
    weights: await putObject(store, encodeWeights(outcome.weights)),
    seconds: (session.clock() - startedAt) / 1_000,
  };
  if (await createJson(store, resultKey(key), result)) return result;
  return requireJson<TrialResult>(store, resultKey(key));
}

function resultKey(key: string): string {
  return `trials/${key}/result.json`;
}

async function openedFor(request: TrialRequest, session: TrialSession): Promise<Backend> {
  const backend = await session.openBackend(request.backend);
  if (backend.threads === request.threads) return backend;
  const expected = `threads ${backend.threads}, which the backend '${backend.name}' uses`;
  throw new WhetError('input.invalid', { expected, came: `${request.threads} in the trial's request` });
}

async function trained(
  store: ObjectStore,
  request: TrialRequest,
  session: TrialSession,
  backend: Backend,
  data: TrainingData,
): Promise<TrainOutcome> {
  const { candidate, seed, epochs } = request;
  const from = await bestCheckpoint(store, checkpointKey(request), stepsOf(epochs, data.train.rows));
  let writtenAt = session.clock();
  const onCheckpoint = async (state: TrainState, ofSteps: number): Promise<void> => {
    session.onProgress?.(state.adam.steps, ofSteps);
    // Lets the process hear that its parent is gone.
    await setImmediate();
    if (session.clock() - writtenAt < session.checkpointEveryMs) return;
    await checkLease(store, trialKey(request), session.nonce);
    await writeCheckpoint(store, checkpointKey(request), state);
    writtenAt = session.clock();
  };
  const options = { seed, toEpochs: epochs, onCheckpoint, ...(from === undefined ? {} : { fromState: from }) };
  return train(backend, learners[candidate.learner], candidate.parameters, data, options);
}

/** Every metric of scores, so that the result does not depend on who asked; null where training diverged. */
async function validated(
  backend: Backend,
  { candidate }: TrialRequest,
  { weights, diverged }: TrainOutcome,
  { validate, shape }: TrainingData,
): Promise<TrialResult['validation']> {
  if (diverged) return null;
  const scores = await scoresOf(backend, learners[candidate.learner], weights, validate, shape);
  if (!scores.every(Number.isFinite)) return null;
  const values = scoreMetrics.map((name) => [name, metrics[name].value(scores, validate.labels)] as const);
  // A metric without a value (the AUC of one class alone) is left out: JSON has no NaN.
  return Object.fromEntries(values.filter(([, value]) => Number.isFinite(value)));
}
