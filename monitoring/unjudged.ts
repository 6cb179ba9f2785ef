import { WhetError } from '../core/errors.ts';
import type { JudgedFinding } from '../core/judgedFinding.ts';
import type { MonitorPlan } from '../core/watchPlan.ts';

/**
 * What there is to say of a monitor that failed: others have theirs to say all the same, and what it had fired stays as it
 * was. Throws what may pass by itself, such as a store that does not answer: the look is taken again.
 */
export function unjudged({ id, kind }: MonitorPlan, atMs: number, error: unknown): JudgedFinding {
  if (error instanceof WhetError && error.outcome === 'retry') throw error;
  const at = new Date(atMs).toISOString();
  return {
    ...{ monitor: id, kind, about: 'the monitor itself', state: 'too little to say', from: at, to: at, rows: 0 },
    ...{ value: null, limit: null, text: `it failed: ${error instanceof Error ? error.message : error}` },
  };
}
