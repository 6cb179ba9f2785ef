import { WhetError } from '../core/errors.ts';
import type { TrialRequest } from '../core/trial.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { adamStart } from './adam.ts';
import { stepsOf } from './batches.ts';
import { type Checkpoints, openCheckpoints } from './checkpoints.ts';
import type { TrainingData } from './trainingData.ts';
import type { TrainState } from './trainState.ts';
import { checkpointKey, trialKey } from './trialKey.ts';
import { checkLease } from './trialLease.ts';
import { warmWeights } from './warmStart.ts';

/** A trial that this process has started. */
export interface StartedTrial {
  readonly request: TrialRequest;
  readonly key: string;
  readonly checkpoints: Checkpoints;
  /** Where it goes on from; left out where it begins with its seed's weights. */
  readonly from?: TrainState;
  /** Why it writes nothing more: another process has started it. */
  lost?: unknown;
}

export async function startTrial(
  store: ObjectStore,
  request: TrialRequest,
  data: TrainingData,
  folder: string,
): Promise<StartedTrial> {
  const atMost = stepsOf(request.epochs, data.train.rows, request.training?.batchRows);
  const checkpoints = await openCheckpoints(store, checkpointKey(request), atMost);
  const from = checkpoints.from ?? (await warmState(store, request, folder));
  return { request, key: trialKey(request), checkpoints, ...(from && { from }) };
}

async function warmState(
  store: ObjectStore,
  { warmStart, matrix }: TrialRequest,
  folder: string,
): Promise<TrainState | undefined> {
  if (warmStart === undefined) return undefined;
  const weights = await warmWeights(store, warmStart, matrix, folder);
  return { weights, adam: adamStart(weights) };
}

/** Does a write unless another process has started the trial: that one goes on with it, and this one with its others. */
export async function whileHeld<T>(
  store: ObjectStore,
  trial: StartedTrial,
  nonce: string,
  write: () => Promise<T>,
): Promise<T | undefined> {
  if (trial.lost !== undefined) return undefined;
  try {
    await checkLease(store, trial.key, nonce);
  } catch (error) {
    if (!(error instanceof WhetError) || error.code !== 'trial.lease-lost') throw error;
    trial.lost = error;
    return undefined;
  }
  return write();
}
