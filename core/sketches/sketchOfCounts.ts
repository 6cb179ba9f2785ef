import type { ColumnType } from '../contractPlan.ts';
import { bucketOf } from './buckets.ts';
import { type ColumnSketch, type Counted, frequentShare, type NumberSketch } from './columnSketch.ts';
import { exactSum } from './exactSum.ts';
import { inOrder } from './mergedValues.ts';

/** The sketch of a column of one partition from the rows of each of its values, of which there are `mostValues` at most. */
export function sketchOfCounts(
  type: Extract<ColumnType, 'int' | 'string' | 'boolean'>,
  nulls: number,
  values: Iterable<Counted<string>>,
): ColumnSketch {
  const counts = inOrder(type, values);
  const rows = counts.reduce((sum, [, counted]) => sum + counted, 0);
  const frequent = counts.filter(([, counted]) => counted >= 2 && counted >= frequentShare * rows);
  const numbers = type === 'int' && rows > 0 ? numbersOf(counts) : null;
  return { type, rows: rows + nulls, nulls, numbers, values: { counts, isComplete: true, frequent } };
}

/** The values are in order: so are their buckets. */
function numbersOf(counts: readonly Counted<string>[]): NumberSketch {
  const buckets: [bucket: number, rows: number][] = [];
  for (const [value, counted] of counts) {
    const bucket = bucketOf(Number(value));
    const last = buckets.at(-1);
    if (last?.[0] === bucket) last[1] += counted;
    else buckets.push([bucket, counted]);
  }
  const [min, max] = [Number(counts[0]?.[0]), Number(counts.at(-1)?.[0])];
  const rows = buckets.reduce((sum, [, counted]) => sum + counted, 0);
  const isSmall = Math.max(Math.abs(min), Math.abs(max)) * rows <= Number.MAX_SAFE_INTEGER;
  return { min, max, sum: isSmall ? smallSum(counts) : largeSum(counts), buckets };
}

/** No step of it is beyond 2^53: float64 are exact, and ten times as fast. */
function smallSum(counts: readonly Counted<string>[]): string {
  return String(counts.reduce((sum, [value, counted]) => sum + Number(value) * counted, 0));
}

function largeSum(counts: readonly Counted<string>[]): string {
  return exactSum(
    counts.reduce((sum, [value, counted]) => sum + BigInt(value) * BigInt(counted), 0n),
    0,
  );
}
