import type { Scores } from './metric.ts';

/** Rows of equal score, from the lowest score up. */
export interface ScoreGroups {
  readonly sorted: Scores;
  /** By row: the place among the sorted scores at which its group begins. */
  readonly placeOf: Uint32Array;
  /** By place: how many rows the group has that begins there, 0 where none does. */
  readonly rowsAt: Uint32Array;
}

/**
 * Sorts once for each array of scores, which nobody may change from then on: the metrics of one model share it, and
 * sorting is most of what they cost.
 */
export function scoreGroups(scores: Scores): ScoreGroups {
  const held = known.get(scores);
  if (held !== undefined) return held;
  const sorted = scores.slice().sort();
  const placeOf = new Uint32Array(scores.length);
  const rowsAt = new Uint32Array(scores.length);
  for (let row = 0; row < placeOf.length; row += 1) {
    const place = countBelow(sorted, scores[row] ?? Number.NaN);
    placeOf[row] = place;
    rowsAt[place] = (rowsAt[place] ?? 0) + 1;
  }
  const groups = { sorted, placeOf, rowsAt };
  known.set(scores, groups);
  return groups;
}

const known = new WeakMap<Scores, ScoreGroups>();

/** How many of the sorted values are less than `value`. */
function countBelow(sorted: Scores, value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
