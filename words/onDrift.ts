import type { DriftTrigger } from '../core/retrainPlan.ts';
import { invalid } from './invalid.ts';
import type { Trigger } from './trigger.ts';

export interface DriftOptions {
  /** Features, by name; any of them, scores and what scores mean when left out. */
  readonly of?: readonly string[];
}

/** A run when a look finds that the rows are not as they were: `onDrift({ of: ['origin'] })`. */
export function onDrift({ of }: DriftOptions = {}): Trigger<DriftTrigger> {
  return {
    kind: 'drift',
    plan: (place) => {
      if (of === undefined) return { kind: 'drift' };
      if (of.length === 0 || new Set(of).size < of.length) throw invalid(`${place}.of`, 'features, each once', of);
      return { kind: 'drift', of };
    },
  };
}
