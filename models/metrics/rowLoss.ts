import type { Scores } from './metric.ts';

/** The loss of one row: its score against its label. */
export type RowLoss = (score: number, label: number) => number;

/** The loss of each row, which is its influence on the mean loss. */
export function rowLosses(loss: RowLoss, scores: Scores, labels: Uint8Array): Float64Array {
  return Float64Array.from(scores, (score, row) => loss(score, labels[row] ?? 0));
}

/** The mean loss, summed in the order of the rows; NaN without rows. */
export function meanLoss(loss: RowLoss, scores: Scores, labels: Uint8Array): number {
  return rowLosses(loss, scores, labels).reduce((sum, each) => sum + each, 0) / scores.length;
}
