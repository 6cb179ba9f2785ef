import type { NewestDayPlan, NewestRowPlan, RowGapPlan, RowsPlan } from '../core/batchRulePlan.ts';
import { type Duration, durationMs } from '../core/time.ts';
import { type Bounded, bounded, wholeNumber } from './bounded.ts';
import { invalid } from './invalid.ts';
import { wholeHoursMs } from './wholeHoursMs.ts';

export interface Rows extends Bounded<RowsPlan> {
  /** In each of the window's days of which it has all 24 hours. */
  readonly perDay: Bounded<RowsPlan>;
  /** In each of the window's hours; `rows.perHour.atLeast(1)`: no hour without rows. */
  readonly perHour: Bounded<RowsPlan>;
  readonly newestDay: {
    /** The newest 24 hours have as many rows as the median of the days before, less or more a share of it. */
    within(share: number): NewestDayPlan;
  };
  readonly newest: {
    /** The newest good row lies at most so long before the run's `asOf`. */
    within(length: Duration): NewestRowPlan;
  };
  readonly gap: {
    /** No more whole hours without rows follow each other. */
    atMost(length: Duration): RowGapPlan;
  };
}

/**
 * Rules over how many rows a run's window has, good and bad: `rows.perDay.atLeast(10_000)`, and `rows.atLeast(…)` of the
 * whole window. Throws `pipeline.invalid`, `duration.invalid`.
 */
export const rows: Rows = {
  ...bounded('rows', wholeNumber, (bounds): RowsPlan => ({ kind: 'rows', ...bounds })),
  perDay: bounded('rows.perDay', wholeNumber, (bounds) => ({ kind: 'rowsPerDay', ...bounds })),
  perHour: bounded('rows.perHour', wholeNumber, (bounds) => ({ kind: 'rowsPerHour', ...bounds })),
  newestDay: {
    within: (share) => {
      if (share >= 0 && Number.isFinite(share)) return { kind: 'rowsOnNewestDay', within: share };
      throw invalid('rows.newestDay.within(…)', 'a share, such as 0.3', share);
    },
  },
  newest: {
    within: (length) => ({ kind: 'newestRow', withinMs: durationMs(length, 'rows.newest.within(…)') }),
  },
  gap: {
    atMost: (length) => ({ kind: 'rowGap', atMostMs: wholeHoursMs(length, 0, 'rows.gap.atMost(…)') }),
  },
};
