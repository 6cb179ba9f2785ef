import type { ColumnSketch } from './columnSketch.ts';
import { type DistinctCount, distinctCount } from './distinctCount.ts';
import { meanOf } from './meanOf.ts';
import { quantile } from './quantile.ts';

/** What a person asks first of a column. Dates are milliseconds UTC. Absent where the column's type has none. */
export interface ColumnSummary {
  readonly rows: number;
  readonly nulls: number;
  readonly distinct?: DistinctCount;
  readonly min?: number;
  /** Within 0.8 %, of dates within a day. */
  readonly median?: number;
  readonly mean?: number;
  readonly max?: number;
  /** The values with the most rows, as far as the sketch tells them, and their rows. */
  readonly top?: readonly (readonly [value: string, rows: number])[];
}

const topShown = 3;

export function columnSummary(sketch: ColumnSketch): ColumnSummary {
  const { rows, nulls, numbers, values } = sketch;
  const distinct = distinctCount(sketch);
  const [median, mean] = [quantile(sketch, 0.5), meanOf(sketch)];
  return {
    rows,
    nulls,
    ...(distinct === undefined ? {} : { distinct }),
    ...(numbers === null || median === undefined || mean === undefined
      ? {}
      : { min: numbers.min, median, mean, max: numbers.max }),
    ...(values === null ? {} : { top: topOf(values.isComplete ? values.counts : values.frequent) }),
  };
}

function topOf(counts: readonly (readonly [string, number])[]): (readonly [string, number])[] {
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, topShown);
}
