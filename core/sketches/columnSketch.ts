import type { ColumnType } from '../contractPlan.ts';

/** What is kept of some rows: enough to judge and to compare them later without reading them again. */
export interface RowsSketch {
  readonly format: 1;
  readonly rows: number;
  /** By column; none where there are no rows. */
  readonly columns: Readonly<Record<string, ColumnSketch>>;
}

/**
 * What is kept of one column. Sketches of parts merge to that of the whole, and the result is the same, bit for bit, in
 * whatever order and grouping they are merged.
 */
export interface ColumnSketch {
  readonly type: ColumnType;
  readonly rows: number;
  /** Those of the rows that have null there. */
  readonly nulls: number;
  /** Of numbers and dates; null where no row has a value, and for other types. */
  readonly numbers: NumberSketch | null;
  /** Of texts, booleans and whole numbers; null for other types. */
  readonly values: ValueSketch | null;
}

/** Dates are milliseconds UTC, but for `sum`. A whole number beyond 2^53 is the float64 nearest to it in `min` and `max`. */
export interface NumberSketch {
  readonly min: number;
  readonly max: number;
  /** Exact, as `<whole>` or `<whole>p<power>`: whole times 2^power. Of dates: microseconds UTC. */
  readonly sum: string;
  /** Rows per bucket, in the order of the buckets: see `bucketOf`. Of dates: per UTC day since 1970. */
  readonly buckets: readonly Counted<number>[];
}

/** Values stand as text; one of more than 100 bytes as its first 60 characters, `…` and its MD5. */
export interface ValueSketch {
  /**
   * Exact rows per value, in the order of the values: of all values, or, where there are more than `mostValues`, of
   * those whose MD5 is smallest, which are a sample of the values that does not depend on order (Beyer et al. 2007).
   */
  readonly counts: readonly Counted<string>[];
  /** Whether `counts` has every value. */
  readonly isComplete: boolean;
  /**
   * The values that have 1 % or more, and two or more, of a partition's rows, with their rows in those partitions: of
   * no value there are more rows than listed here and 1 % of all.
   */
  readonly frequent: readonly Counted<string>[];
}

export type Counted<T> = readonly [value: T, rows: number];

/** The values of which a sketch keeps exact counts. */
export const mostValues = 1_024;

/** The share of a partition's rows that makes a value frequent. */
export const frequentShare = 0.01;
