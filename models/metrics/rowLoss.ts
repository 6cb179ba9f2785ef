import type { Scores } from './metric.ts';

/** The loss of one row: its score against its label. */
export type RowLoss = (score: number, label: number) => number;

/** The loss of each row, which is its influence on the mean loss. */
export function rowLosses(loss: RowLoss, scores: Scores, labels: Uint8Array): Float64Array {
  const losses = new Float64Array(scores.length);
  for (let row = 0; row < losses.length; row += 1) losses[row] = loss(scores[row] ?? Number.NaN, labels[row] ?? 0);
  return losses;
}

/** The mean loss, summed in the order of the rows; NaN without rows. */
export function meanLoss(loss: RowLoss, scores: Scores, labels: Uint8Array): number {
  let sum = 0;
  for (let row = 0; row < scores.length; row += 1) sum += loss(scores[row] ?? Number.NaN, labels[row] ?? 0);
  return sum / scores.length;
}
