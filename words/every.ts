import type { EveryTrigger } from '../core/retrainPlan.ts';
import { type Duration, durationMs } from '../core/time.ts';
import { invalid } from './invalid.ts';
import type { Trigger } from './trigger.ts';

const minuteMs = 60_000;

/** A run at each multiple of a length of time, whole minutes: `every('1 hour')`. */
export function every(length: Duration): Trigger<EveryTrigger> {
  return {
    kind: 'every',
    plan: (place) => {
      const everyMs = durationMs(length, place);
      if (everyMs < minuteMs || everyMs % minuteMs !== 0) throw invalid(place, 'whole minutes, 1 or more', length);
      return { kind: 'every', everyMs };
    },
  };
}
