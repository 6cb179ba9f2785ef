import type { Comparison } from '../comparison.ts';
import type { ColumnPlan, ColumnType } from '../contractPlan.ts';
import { bucketEnds, bucketOf } from './buckets.ts';
import { type ColumnSketch, mostValues } from './columnSketch.ts';

export type Compared = { readonly is: Comparison; readonly to: number | string | boolean };

/** How many rows of a column compare so; null does not. Exact where `countsExactly` is true of the column, else undefined. */
export function rowsWhere(
  { type, rows, nulls, numbers, values }: ColumnSketch,
  { is, to }: Compared,
): number | undefined {
  const full = rows - nulls;
  if (is === 'equals' || is === 'differsFrom') {
    const equal =
      typeof to === 'number' && isAlone(type, to) ? rowsFrom(numbers, bucketOf(to), bucketOf(to)) : undefined;
    const listed =
      values?.counts.find(([value]) => value === String(to))?.[1] ?? (values?.isComplete === false ? undefined : 0);
    const found = equal ?? listed;
    return found === undefined || is === 'equals' ? found : full - found;
  }
  const first = typeof to === 'number' ? firstBucket(type, is, to) : undefined;
  if (first === undefined) return undefined;
  const above = rowsFrom(numbers, first, Number.POSITIVE_INFINITY);
  return is === 'above' || is === 'atLeast' ? above : full - above;
}

/** Whether a sketch of the column, whatever its rows are, tells exactly how many compare so. */
export function countsExactly({ type, checks }: ColumnPlan, { is, to }: Compared): boolean {
  if (is !== 'equals' && is !== 'differsFrom') return typeof to === 'number' && firstBucket(type, is, to) !== undefined;
  if (type === 'boolean' || (typeof to === 'number' && isAlone(type, to))) return true;
  return type !== 'number' && checks.some((check) => check.kind === 'oneOf' && areFew(check.values));
}

/** The nearest values below and above that a sketch tells exactly for the same comparison of numbers. */
export function nearestExact(type: ColumnType, is: Comparison, to: number): readonly number[] {
  const { inner, outer } = bucketEnds(bucketOf(to));
  const shift = type === 'int' && isStrict(is) ? 1 : 0;
  const near = [Math.min(inner, outer), Math.max(inner, outer)].map((end) => end - shift);
  return near.filter((value) => firstBucket(type, is, value) !== undefined);
}

/** Texts that long would stand in a sketch by their digest. */
const longestBytes = 100;

function areFew(values: readonly (string | number)[]): boolean {
  const isShort = (value: string | number): boolean => new TextEncoder().encode(String(value)).length <= longestBytes;
  return values.length <= mostValues && values.every(isShort);
}

/** Whether no other value of the type shares its bucket. */
function isAlone(type: ColumnType, value: number): boolean {
  if (type === 'number') return value === 0;
  const alone = bucketOf(value);
  return (
    type === 'int' && Number.isSafeInteger(value) && bucketOf(value - 1) !== alone && bucketOf(value + 1) !== alone
  );
}

/** The bucket from which on all rows are above (or at least at) a value, if no bucket lies on both sides of it. */
function firstBucket(type: ColumnType, is: Comparison, value: number): number | undefined {
  if (type === 'int') {
    const least = isStrict(is) ? Math.floor(value) + 1 : Math.ceil(value);
    const isApart = Number.isSafeInteger(least) && bucketOf(least - 1) < bucketOf(least);
    return isApart ? bucketOf(least) : undefined;
  }
  const bucket = bucketOf(value);
  if (type !== 'number' || bucketEnds(bucket).inner !== value) return undefined;
  if (isStrict(is)) return value > 0 ? undefined : bucket + 1;
  return value < 0 ? undefined : bucket;
}

/** `above` and its opposite part the rows at the same place. */
function isStrict(is: Comparison): boolean {
  return is === 'above' || is === 'atMost';
}

function rowsFrom(numbers: ColumnSketch['numbers'], first: number, last: number): number {
  const within = (numbers?.buckets ?? []).filter(([bucket]) => bucket >= first && bucket <= last);
  return within.reduce((sum, [, counted]) => sum + counted, 0);
}
