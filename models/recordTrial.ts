import type { TrialResult } from '../core/trial.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, putObject, requireJson } from '../storage/objects.ts';
import type { TrainOutcome } from './lane.ts';
import { encodeWeights } from './learners/weights.ts';
import { type StartedTrial, whileHeld } from './startedTrial.ts';

/** A trial that was trained and validated. */
export interface EndedTrial {
  readonly trial: StartedTrial;
  readonly outcome: TrainOutcome;
  readonly validation: TrialResult['validation'];
  readonly backend: string;
  /** Of training and validating, shared alike among the lanes. */
  readonly seconds: number;
}

/** Keeps a trial's last checkpoint and its weights, then its result; undefined where its lease is lost. */
export function recordTrial(
  store: ObjectStore,
  { trial, ...ended }: EndedTrial,
  nonce: string,
): Promise<TrialResult | undefined> {
  const { request, key, checkpoints } = trial;
  const { outcome, validation, backend, seconds } = ended;
  return whileHeld(store, trial, nonce, async () => {
    const [weights] = await Promise.all([
      putObject(store, encodeWeights(outcome.chosen)),
      validation === null ? undefined : checkpoints.write(outcome),
    ]);
    const result: TrialResult = {
      key,
      candidate: request.candidate,
      epochs: request.epochs,
      steps: outcome.adam.steps,
      rowsTrained: outcome.rowsTrained,
      backend,
      validation,
      weights,
      seconds,
      ...(request.warmStart && { warmStart: request.warmStart }),
    };
    const resultKey = resultKeyOf(key);
    if (await createJson(store, resultKey, result)) return result;
    return requireJson<TrialResult>(store, resultKey);
  });
}

/** Where the result of a trial lies. */
export function resultKeyOf(key: string): string {
  return `trials/${key}/result.json`;
}
