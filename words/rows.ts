import type { BatchRulePlan } from '../core/batchRulePlan.ts';
import { invalid } from './invalid.ts';

/** Rules over all rows of a run's window: `rows.perDay.atLeast(10_000)`. */
export const rows = {
  perDay: {
    /** Each whole day of the window has this many rows, or more. */
    atLeast: (count: number): BatchRulePlan => ({ kind: 'rowsPerDay', atLeast: whole('atLeast', count) }),
    /** Each whole day of the window has this many rows, or fewer. */
    atMost: (count: number): BatchRulePlan => ({ kind: 'rowsPerDay', atMost: whole('atMost', count) }),
  },
} as const;

function whole(word: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw invalid(`rows.perDay.${word}(…)`, 'a whole number of rows, 0 or more', count);
}
