import type { Scores } from './metric.ts';
import { scoreGroups } from './scoreGroups.ts';

/** The rank of each value among all, from 1; equal values share the middle of their ranks. O(n log n). */
export function midranks(values: Scores): Float64Array {
  const { placeOf, rowsAt } = scoreGroups(values);
  const ranks = new Float64Array(placeOf.length);
  for (let row = 0; row < ranks.length; row += 1) {
    const place = placeOf[row] ?? 0;
    ranks[row] = place + ((rowsAt[place] ?? 0) + 1) / 2;
  }
  return ranks;
}
