import type { Duration } from '../core/time.ts';
import type { StalenessMonitor } from '../core/watchPlan.ts';
import { checkId } from './checkId.ts';
import { spanMs } from './spanMs.ts';

/** What is promised of an age. */
export interface AgeOptions {
  /** Its name in findings and alerts; what kind it is when left out. */
  readonly id?: string;
  readonly atMost: Duration;
}

/** An age is that of one moment: there are no rows to judge, over no length of time. */
export function agePlan(id: string, atMost: Duration, place: string): Omit<StalenessMonitor, 'kind'> {
  checkId(id, `${place}, id`);
  return { id, overMs: 0, leastRows: 0, atMostMs: spanMs(atMost, `${place}, atMost`) };
}
