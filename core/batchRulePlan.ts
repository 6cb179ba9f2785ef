import type { Comparison } from './comparison.ts';

/** A rule over all rows of a run's window. A broken one ends the run, unless its severity is `warn`. */
export type BatchRulePlan =
  | RowsPlan
  | NewestDayPlan
  | NewestRowPlan
  | RowGapPlan
  | MeasurePlan
  | VariesPlan
  | SharePlan
  | NewValuesPlan
  | DriftPlan;

/** One of the two at least; both ends are allowed. */
export interface Bounds {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Rows as read, good and bad: in the whole window, in each of its hours, on each day of which it has all 24 hours. */
export interface RowsPlan extends Bounds {
  readonly kind: 'rows' | 'rowsPerHour' | 'rowsPerDay';
}

/** The newest 24 hours have as many rows as the median of the 24 hours before them, and so on, within this share. */
export interface NewestDayPlan {
  readonly kind: 'rowsOnNewestDay';
  readonly within: number;
}

/** The newest clean row lies at most so long before the window's end. */
export interface NewestRowPlan {
  readonly kind: 'newestRow';
  readonly withinMs: number;
}

/** No more whole hours without rows follow each other. */
export interface RowGapPlan {
  readonly kind: 'rowGap';
  readonly atMostMs: number;
}

/** A number that tells something of a column's clean rows. */
export interface MeasurePlan extends Bounds {
  readonly kind: 'measure';
  readonly column: string;
  readonly measure: MeasureName;
  /** Of `quantile` alone: 0 to 1. */
  readonly quantile?: number;
}

export type MeasureName = 'nullRate' | 'distinct' | 'mean' | 'min' | 'max' | 'quantile';

/** The column has more than one value; null is none. */
export interface VariesPlan {
  readonly kind: 'varies';
  readonly column: string;
}

/** The share of the clean rows of which the comparison holds; it does not hold of null. */
export interface SharePlan extends Bounds {
  readonly kind: 'share';
  readonly column: string;
  readonly is: Comparison;
  readonly to: number | string | boolean;
}

/** The last stretch of the window, and the one right before it. Whole hours. */
export interface Stretches {
  readonly newestMs: number;
  readonly againstMs: number;
}

/** So many values of the newest stretch were not in the stretch before. */
export interface NewValuesPlan extends Stretches {
  readonly kind: 'newValues';
  readonly column: string;
  readonly atMost: number;
}

/** How far the newest stretch is from the stretch before. */
export interface DriftPlan extends Stretches {
  readonly kind: 'drift';
  readonly column: string;
  readonly by: DriftMeasure;
  readonly atMost: number;
}

export type DriftMeasure = 'psi' | 'jensenShannon' | 'kolmogorovSmirnov';
