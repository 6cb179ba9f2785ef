import { middleOf } from './buckets.ts';
import type { ColumnSketch } from './columnSketch.ts';

const dayMs = 24 * 3_600_000;

/**
 * The value of rank ceil(share x rows), the first for a share of 0: within 0.8 % of the true one, exact for whole
 * numbers below 128; of dates within a day. Undefined where no row has a value.
 */
export function quantile({ type, numbers }: ColumnSketch, share: number): number | undefined {
  if (numbers === null) return undefined;
  const rows = numbers.buckets.reduce((sum, [, counted]) => sum + counted, 0);
  const rank = Math.max(1, Math.ceil(share * rows));
  let below = 0;
  for (const [bucket, counted] of numbers.buckets) {
    below += counted;
    if (below < rank) continue;
    const middle = type === 'date' ? (bucket + 0.5) * dayMs : middleOf(bucket, type === 'int');
    return Math.min(numbers.max, Math.max(numbers.min, middle));
  }
  return numbers.max;
}
