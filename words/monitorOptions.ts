import type { Duration } from '../core/time.ts';
import type { MonitorBase } from '../core/watchPlan.ts';
import { checkId } from './checkId.ts';
import { invalid } from './invalid.ts';
import { spanMs } from './spanMs.ts';

/** What all monitors may be told. */
export interface MonitorOptions {
  /** Its name in findings and alerts; what kind it is when left out. Two of a kind need one each. */
  readonly id?: string;
  /** A look judges what came in this length of time before it. */
  readonly over?: Duration;
  /** With fewer rows there is too little to say. */
  readonly leastRows?: number;
}

/** A monitor's part of the plan. Throws `pipeline.invalid`, `duration.invalid`, naming `place`. */
export function monitorBase(options: MonitorOptions, usual: Required<MonitorOptions>, place: string): MonitorBase {
  const { id, over, leastRows } = { ...usual, ...options };
  checkId(id, `${place}, id`);
  if (!(Number.isInteger(leastRows) && leastRows > 0)) {
    throw invalid(`${place}, leastRows`, 'a whole number above 0', leastRows);
  }
  return { id, overMs: spanMs(over, `${place}, over`), leastRows };
}
