import { WhetError } from '../core/errors.ts';
import type { TrialRequest } from '../core/trial.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { stepsOf } from './batches.ts';
import { type Checkpoints, openCheckpoints } from './checkpoints.ts';
import type { TrainingData } from './trainingData.ts';
import { checkpointKey, trialKey } from './trialKey.ts';
import { checkLease } from './trialLease.ts';

/** A trial that this process has started. */
export interface StartedTrial {
  readonly request: TrialRequest;
  readonly key: string;
  readonly checkpoints: Checkpoints;
  /** Why it writes nothing more: another process has started it. */
  lost?: unknown;
}

export async function startTrial(store: ObjectStore, request: TrialRequest, data: TrainingData): Promise<StartedTrial> {
  const atMost = stepsOf(request.epochs, data.train.rows, request.training?.batchRows);
  const checkpoints = await openCheckpoints(store, checkpointKey(request), atMost);
  return { request, key: trialKey(request), checkpoints };
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
