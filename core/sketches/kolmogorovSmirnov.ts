import type { ColumnSketch, Counted } from './columnSketch.ts';

/**
 * The statistic of Kolmogorov (1933) and Smirnov (1939): the largest distance of two columns' cumulative shares, 0 to 1.
 * It is taken between buckets, so that it is never above that of the rows themselves, and equal to it for whole numbers
 * below 128. Undefined where a side has no numbers.
 */
export function kolmogorovSmirnov(reference: ColumnSketch, current: ColumnSketch): number | undefined {
  if (reference.numbers === null || current.numbers === null) return undefined;
  const [before, after] = [new Map(reference.numbers.buckets), new Map(current.numbers.buckets)];
  const [rows, otherRows] = [total(reference.numbers.buckets), total(current.numbers.buckets)];
  let [below, otherBelow, largest] = [0, 0, 0];
  for (const bucket of [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b)) {
    below += before.get(bucket) ?? 0;
    otherBelow += after.get(bucket) ?? 0;
    largest = Math.max(largest, Math.abs(below / rows - otherBelow / otherRows));
  }
  return largest;
}

function total(buckets: readonly Counted<number>[]): number {
  return buckets.reduce((sum, [, counted]) => sum + counted, 0);
}
