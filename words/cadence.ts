import type { CadenceMonitor } from '../core/watchPlan.ts';
import { type AgeOptions, agePlan } from './agePlan.ts';
import type { Monitor } from './monitor.ts';

/**
 * Whether the source keeps its pace: how long ago its newest complete hour ended. `cadence({ atMost: '2 hours' })`. A source
 * that cannot be read, or is empty, does not.
 */
export function cadence({ id = 'cadence', atMost }: AgeOptions): Monitor {
  const kind = 'cadence';
  return { kind, plan: (place): CadenceMonitor => ({ kind, ...agePlan(id, atMost, place) }) };
}
