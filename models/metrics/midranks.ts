import type { Scores } from './metric.ts';

/** The rank of each value among all, from 1; equal values share the middle of their ranks. O(n log n). */
export function midranks(values: Scores): Float64Array {
  const sorted = values.slice().sort();
  return Float64Array.from(values, (value) => (countBelow(sorted, value) + countUpTo(sorted, value) + 1) / 2);
}

/** How many of the sorted values are less than `value`. */
export function countBelow(sorted: Scores, value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function countUpTo(sorted: Scores, value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? 0) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}
