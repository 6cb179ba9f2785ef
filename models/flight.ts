import type { TrialRequest, TrialResult } from '../core/trial.ts';
import type { TrialChild } from './trialChild.ts';

/** Trials that a child runs, or will run, side by side. */
export interface Flight {
  readonly keys: readonly string[];
  readonly requests: readonly TrialRequest[];
  readonly outcome: PromiseWithResolvers<readonly TrialResult[]>;
  readonly watchers: Set<NonNullable<TrialRunOptions['onProgress']>>;
  /** Callers that still want a result of it. */
  wanted: number;
  child?: TrialChild;
  /** The child has another to run after it. */
  followed: boolean;
}

export interface TrialRunOptions {
  /**
   * Ends the trials: their child is killed and has exited when `run` rejects with the signal's reason. What is only being
   * written is written, and told as if nobody had left.
   */
  readonly signal?: AbortSignal;
  readonly onProgress?: (steps: number, ofSteps: number) => void;
}

/** One caller's share of a flight: it may leave by its signal without disturbing the others. */
export async function joinedFlight(
  flight: Flight,
  { signal, onProgress }: TrialRunOptions,
  land: (flight: Flight) => Promise<void>,
): Promise<readonly TrialResult[]> {
  flight.wanted += 1;
  if (onProgress !== undefined) flight.watchers.add(onProgress);
  const left = Promise.withResolvers<never>();
  const leave = (): void => {
    const ended = flight.wanted === 1 ? land(flight) : Promise.resolve();
    ended.then(() => left.reject(signal?.reason), left.reject);
  };
  signal?.addEventListener('abort', leave, { once: true });
  try {
    return await settledUnless(signal, flight.outcome.promise, left.promise);
  } finally {
    flight.wanted -= 1;
    if (onProgress !== undefined) flight.watchers.delete(onProgress);
    signal?.removeEventListener('abort', leave);
  }
}

/** The outcome; but once the signal has come, its reason, and not the death of the child that it caused. */
async function settledUnless<T>(
  signal: AbortSignal | undefined,
  outcome: Promise<T>,
  left: Promise<never>,
): Promise<T> {
  try {
    return await Promise.race([outcome, left]);
  } catch (error) {
    if (signal?.aborted) return left;
    throw error;
  }
}
