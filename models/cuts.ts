/** Answering positive from a score upwards: `hits` of the `answered` rows are rightly so. */
export interface Cut {
  /** At or above it the answer is positive. Halfway to the next lower score, so that no row sits on it. */
  readonly threshold: number;
  readonly answered: number;
  readonly hits: number;
}

/**
 * The cuts below each of the scores, from the highest down; the last, below which there is no row, lies on the lowest
 * score. Labels: 1 is positive. Rows of one score are answered together. O(n log n).
 */
export function cutsOf(scores: Float32Array, labels: Uint8Array): Cut[] {
  const order = rowsByScore(scores);
  const cuts: Cut[] = [];
  let hits = 0;
  for (const [place, row] of order.entries()) {
    hits += labels[row] ?? 0;
    const score = scores[row] ?? 0;
    const next = scores[order[place + 1] ?? row] ?? 0;
    const last = place + 1 === order.length;
    if (score === next && !last) continue;
    cuts.push({ hits, answered: place + 1, threshold: last ? score : (score + next) / 2 });
  }
  return cuts;
}

function rowsByScore(scores: Float32Array): Uint32Array {
  const order = Uint32Array.from(scores, (_, row) => row);
  return order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}
