import type { Metric } from './metric.ts';
import { meanLoss, rowLosses } from './rowLoss.ts';

/** Mean squared difference of score and label (Brier 1950, the form for one class): 0 to 1. */
export const brier: Metric = {
  name: 'brier',
  value: (scores, labels) => meanLoss(squaredError, scores, labels),
  influence: (scores, labels) => rowLosses(squaredError, scores, labels),
};

function squaredError(score: number, label: number): number {
  return (score - label) ** 2;
}
