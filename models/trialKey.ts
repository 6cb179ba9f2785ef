import type { TrialRequest } from '../core/trial.ts';
import { digestOfValue } from '../storage/digest.ts';
import { learners } from './learners/learners.ts';

/** Version of the training code around the learners: batches, order, optimizer, loss. Raised when results would change. */
export const trialVersion = 2;

/**
 * What a trial's result depends on, as a SHA-256. The metrics asked for are not part of it: a result holds all that are of scores alone.
 */
export function trialKey(request: TrialRequest): string {
  return digestOfValue({ ...identityOf(request), epochs: request.epochs });
}

/** The same without the budget: a higher rung goes on from a lower one's checkpoints. */
export function checkpointKey(request: TrialRequest): string {
  return digestOfValue(identityOf(request));
}

function identityOf({ candidate, matrix, seed, backend, threads, training, warmStart }: TrialRequest) {
  const { learner, parameters } = candidate;
  const learnerVersion = learner === 'module' ? candidate.module.digest : learners[learner].version;
  const identity = { version: trialVersion, matrix, learner, learnerVersion, parameters, seed, backend, threads };
  return { ...identity, ...(training && { training }), ...(warmStart && { warmStart }) };
}
