import type { TrialRequest, TrialResult } from '../core/trial.ts';
import { trialKey } from '../models/trialKey.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { readJson } from '../storage/objects.ts';
import type { TrainerPorts } from './ports.ts';
import { whileBeating } from './whileBeating.ts';

export interface TrialEnded {
  readonly result: TrialResult;
  /** Whether the result was there already. */
  readonly reused: boolean;
}

/** Trials, on the trainer queue: run by child processes of the worker's pool, unless their results are there. */
export function createTrialActivities({ store, pool }: TrainerPorts) {
  const heldResult = (request: TrialRequest): Promise<TrialResult | undefined> =>
    readJson(store, `trials/${trialKey(request)}/result.json`);

  return {
    /** Trials that may be trained side by side, as `trialLanes` groups them; the answers are in their order. */
    trainTrials: ({ requests }: { requests: readonly TrialRequest[] }): Promise<TrialEnded[]> =>
      whileBeating(async (signal) => {
        const held = await concurrently(requests, storeHands, heldResult);
        const open = requests.filter((_, at) => held[at] === undefined);
        const results = open.length === 0 ? [] : await pool.run(open, { signal });
        return held.map((result) => {
          if (result !== undefined) return { result, reused: true };
          return { result: results.shift() as TrialResult, reused: false };
        });
      }),
  };
}
