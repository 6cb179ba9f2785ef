import type { TrialRequest, TrialResult } from '../core/trial.ts';
import { trialKey } from '../models/trialKey.ts';
import { readJson } from '../storage/objects.ts';
import type { TrainerPorts } from './ports.ts';
import { whileBeating } from './whileBeating.ts';

export interface TrialEnded {
  readonly result: TrialResult;
  /** Whether the result was there already. */
  readonly reused: boolean;
}

/** Trials, on the trainer queue: run by child processes of the worker's pool, unless their results are there. */
export function createTrialActivities(ports: TrainerPorts) {
  const ended = async (request: TrialRequest, signal: AbortSignal): Promise<TrialEnded> => {
    const held = await readJson<TrialResult>(ports.store, `trials/${trialKey(request)}/result.json`);
    if (held !== undefined) return { result: held, reused: true };
    return { result: await ports.pool.run(request, { signal }), reused: false };
  };

  return {
    /** Trials that may be trained side by side, as `trialLanes` groups them; the answers are in their order. */
    trainTrials: ({ requests }: { requests: readonly TrialRequest[] }): Promise<TrialEnded[]> =>
      whileBeating((signal) => Promise.all(requests.map((request) => ended(request, signal)))),
  };
}
