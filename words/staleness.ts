import type { StalenessMonitor } from '../core/watchPlan.ts';
import { type AgeOptions, agePlan } from './agePlan.ts';
import type { Monitor } from './monitor.ts';

/**
 * Whether who answers is as fresh as was promised: the age of the champion's tables, from the hour that they were made for
 * to now. `staleness({ atMost: '3 hours' })`.
 */
export function staleness({ id = 'staleness', atMost }: AgeOptions): Monitor {
  const kind = 'staleness';
  return { kind, plan: (place): StalenessMonitor => ({ kind, ...agePlan(id, atMost, place) }) };
}
