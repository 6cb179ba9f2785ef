import { WhetError } from '../core/errors.ts';
import type { JudgedFinding } from '../core/judgedFinding.ts';
import { itself } from '../core/ownAlerts.ts';
import type { MonitorPlan } from '../core/watchPlan.ts';

/**
 * What there is to say of a monitor that failed: others have theirs to say all the same, and what it had fired stays as it
 * was. Throws what `mayPass` by itself, such as a store that does not answer: the look is taken again.
 */
export function unjudged({ id, kind }: MonitorPlan, atMs: number, error: unknown, mayPass: boolean): JudgedFinding {
  if (mayPass && error instanceof WhetError && error.outcome === 'retry') throw error;
  const at = new Date(atMs).toISOString();
  const failed = error instanceof WhetError ? error.code : error instanceof Error ? error.name : 'unknown';
  return {
    ...{ monitor: id, kind, about: itself, state: 'too little to say', from: at, to: at, rows: 0, failed },
    ...{ value: null, limit: null, text: `it failed: ${error instanceof Error ? error.message : error}` },
  };
}
