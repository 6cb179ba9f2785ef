import type { AfterTrigger } from '../core/retrainPlan.ts';
import { checkId } from './checkId.ts';
import type { Trigger } from './trigger.ts';

/** A run when a version of another pipeline was promoted: `after('airport-loads')`. */
export function after(pipeline: string): Trigger<AfterTrigger> {
  return {
    kind: 'after',
    plan: (place) => {
      checkId(pipeline, place);
      return { kind: 'after', pipeline };
    },
  };
}
