/**
 * The score at or above which the answer is positive, chosen for the largest F1 on rows with known labels (1 is
 * positive). It lies halfway between two scores, so that no row sits on it; of equal ones the highest is taken, which
 * answers positive least often. Without a positive row there is nothing to choose by: one half.
 */
export function bestThreshold(scores: Float32Array, labels: Uint8Array): number {
  const order = rowsByScore(scores);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  let found: Cut = { hits: 0, answered: 0, threshold: 0.5 };
  let hits = 0;
  for (const [place, row] of order.entries()) {
    hits += labels[row] ?? 0;
    const score = scores[row] ?? 0;
    const next = scores[order[place + 1] ?? row] ?? 0;
    const last = place + 1 === order.length;
    if (score === next && !last) continue;
    const cut = { hits, answered: place + 1, threshold: last ? score : (score + next) / 2 };
    if (isBetter(cut, found, positives)) found = cut;
  }
  return found.threshold;
}

/** What answering positive to the `answered` highest rows gives; `hits` of them are right. */
interface Cut {
  readonly hits: number;
  readonly answered: number;
  readonly threshold: number;
}

function rowsByScore(scores: Float32Array): Uint32Array {
  const order = Uint32Array.from(scores, (_, row) => row);
  return order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}

/** F1 = 2 hits / (answered + positives), compared in whole numbers: no rounding decides a tie. */
function isBetter(cut: Cut, than: Cut, positives: number): boolean {
  return cut.hits * (than.answered + positives) > than.hits * (cut.answered + positives);
}
