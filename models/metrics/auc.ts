import type { Metric, Scores } from './metric.ts';
import { midranks } from './midranks.ts';

/**
 * The area under the ROC curve: the share of pairs of a positive and a negative row in which the positive has the
 * higher score, ties counting half (Mann and Whitney 1947). Ranks are halves, so their sum is exact.
 */
export const auc: Metric = { name: 'auc', value, influence };

function value(scores: Scores, labels: Uint8Array): number {
  const positives = countPositives(labels);
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0 || scores.some(Number.isNaN)) return Number.NaN;
  const rankSum = midranks(scores).reduce((sum, rank, row) => (labels[row] === 1 ? sum + rank : sum), 0);
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * DeLong, DeLong and Clarke-Pearson 1988, by midranks (Sun and Xu 2014). A row's component is the share of the other
 * class that it stands right to; less the AUC and over the share of its own class, it is the row's influence.
 */
function influence(scores: Scores, labels: Uint8Array): Float64Array {
  const area = value(scores, labels);
  const rows = scores.length;
  const positives = countPositives(labels);
  const amongAll = midranks(scores);
  const amongOwn = ranksAmongOwn(scores, labels);
  return Float64Array.from(scores, (_, row) => {
    const others = (amongAll[row] ?? 0) - (amongOwn[row] ?? 0);
    if (labels[row] === 1) return ((others / (rows - positives) - area) * rows) / positives;
    return ((1 - others / positives - area) * rows) / (rows - positives);
  });
}

/** Each row's midrank among the rows of its own class. */
function ranksAmongOwn(scores: Scores, labels: Uint8Array): Float64Array {
  const ranks = new Float64Array(scores.length);
  for (const label of [0, 1]) {
    const ranksOfClass = midranks(scores.filter((_, row) => labels[row] === label));
    let next = 0;
    for (let row = 0; row < ranks.length; row += 1) {
      if (labels[row] !== label) continue;
      ranks[row] = ranksOfClass[next] ?? 0;
      next += 1;
    }
  }
  return ranks;
}

function countPositives(labels: Uint8Array): number {
  return labels.reduce((sum, label) => sum + label, 0);
}
