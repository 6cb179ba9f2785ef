import type { RetrainTrigger } from '../core/plan.ts';
import { type Duration, durationMs } from '../core/time.ts';
import { invalid } from './invalid.ts';

/** What starts a run. */
export interface Trigger {
  readonly kind: RetrainTrigger['kind'];
  plan(place: string): RetrainTrigger;
}

const minuteMs = 60_000;

/** A run at each multiple of a length of time, whole minutes: `every('1 hour')`. */
export function every(length: Duration): Trigger {
  return {
    kind: 'every',
    plan: (place) => {
      const everyMs = durationMs(length, place);
      if (everyMs < minuteMs || everyMs % minuteMs !== 0) throw invalid(place, 'whole minutes, 1 or more', length);
      return { kind: 'every', everyMs };
    },
  };
}
