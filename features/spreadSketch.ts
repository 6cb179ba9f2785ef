import type { SpreadSketch } from '../core/matrix.ts';
import { bucketOf, middleOf } from '../core/sketches/buckets.ts';

/** How these numbers are spread, NaN left out: the same in whatever order they come. */
export function spreadSketch(values: Iterable<number>): SpreadSketch {
  const rows = new Map<number, number>();
  let [min, max, isWhole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const bucket = bucketOf(value);
    rows.set(bucket, (rows.get(bucket) ?? 0) + 1);
    if (value < min) min = value;
    if (value > max) max = value;
    isWhole &&= Number.isInteger(value);
  }
  return rows.size === 0 ? emptySpread : { min, max, isWhole, buckets: [...rows].sort(([a], [b]) => a - b) };
}

/** Finite, as JSON has no infinity: without buckets the ends mean nothing. */
export const emptySpread: SpreadSketch = { min: 0, max: 0, isWhole: true, buckets: [] };

/** The sketch of all of them; the result does not depend on order or grouping. */
export function mergedSpread(sketches: readonly SpreadSketch[]): SpreadSketch {
  const full = sketches.filter(({ buckets }) => buckets.length > 0);
  if (full.length === 0) return emptySpread;
  const rows = new Map<number, number>();
  for (const { buckets } of full) {
    for (const [bucket, counted] of buckets) rows.set(bucket, (rows.get(bucket) ?? 0) + counted);
  }
  return {
    min: full.reduce((least, { min }) => Math.min(least, min), Number.POSITIVE_INFINITY),
    max: full.reduce((most, { max }) => Math.max(most, max), Number.NEGATIVE_INFINITY),
    isWhole: full.every(({ isWhole }) => isWhole),
    buckets: [...rows].sort(([a], [b]) => a - b),
  };
}

/**
 * The values of the ranks ceil(share x rows), within 0.8 % of themselves, the ends exactly: of shares that ascend. None
 * where there are no rows.
 */
export function quantilesOf({ min, max, isWhole, buckets }: SpreadSketch, shares: readonly number[]): number[] {
  const rows = buckets.reduce((sum, [, counted]) => sum + counted, 0);
  if (rows === 0) return [];
  let [at, upTo] = [0, buckets[0]?.[1] ?? 0];
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(share * rows));
    for (; upTo < rank && at < buckets.length - 1; upTo += buckets[at]?.[1] ?? 0) at += 1;
    if (rank === 1 || rank >= rows) return rank === 1 ? min : max;
    return Math.min(max, Math.max(min, middleOf(buckets[at]?.[0] ?? 0, isWhole)));
  });
}
