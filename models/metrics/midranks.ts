import type { Scores } from './metric.ts';
import { scoreGroups } from './scoreGroups.ts';

/** The rank of each value among all, from 1; equal values share the middle of their ranks. O(n log n). */
export function midranks(values: Scores): Float64Array {
  const { placeOf, rowsAt } = scoreGroups(values);
  return Float64Array.from(placeOf, (place) => place + ((rowsAt[place] ?? 0) + 1) / 2);
}
