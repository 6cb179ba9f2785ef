import type { LabelPlan } from '../core/plan.ts';
import { type Duration, durationMs } from '../core/time.ts';

/** How long after a row's event time its label is known: column x length, and a constant on top. */
export interface SettleTime<Name extends string> {
  readonly kind: 'settle time';
  readonly column: Name;
  plus(length: Duration): SettleTime<Name>;
  /** Throws `duration.invalid`, naming `place`. */
  plan(place: string): LabelPlan['settlesAfter'];
}

export function settleTime<const Name extends string>(
  column: Name,
  times: Duration,
  extras: readonly Duration[] = [],
): SettleTime<Name> {
  return {
    kind: 'settle time',
    column,
    plus: (length) => settleTime(column, times, [...extras, length]),
    plan: (place) => ({
      column,
      timesMs: durationMs(times, place),
      plusMs: extras.reduce((sum, extra) => sum + durationMs(extra, place), 0),
    }),
  };
}
