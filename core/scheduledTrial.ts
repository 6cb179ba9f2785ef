/** A trial of a search's schedule. */
export interface ScheduledTrial {
  /** Its place among the search's candidates. */
  readonly candidate: number;
  /** Counted from 1. */
  readonly rung: number;
  /** Counted from the trial's very start. */
  readonly epochs: number;
  readonly seed: number;
}

/** A trial's value, the larger the better; null where training diverged. */
export type TrialValue = number | null;

/** Whoever says which trials come next, having been told how earlier ones ended. */
export interface TrialSource {
  /** Some trials to start; `wait` until more have ended; or `over`, once there is nothing more to try. */
  next(): readonly ScheduledTrial[] | 'wait' | 'over';
  ended(trial: ScheduledTrial, value: TrialValue): void;
}

/** Sorts the better one first, the diverged last. Whoever compares decides ties. */
export function byValue(a: TrialValue, b: TrialValue): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return b - a;
}
