import type { Metric } from './metric.ts';
import { meanLoss, rowLosses } from './rowLoss.ts';

/** Mean negative log likelihood in nats (Good 1952). Scores are clipped to [1e-7, 1 - 1e-7]: one row costs 16.1 at most. */
export const logLoss: Metric = {
  name: 'log loss',
  value: (scores, labels) => meanLoss(negativeLogLikelihood, scores, labels),
  influence: (scores, labels) => rowLosses(negativeLogLikelihood, scores, labels),
};

/** float32 holds no number between 1 - 6e-8 and 1, so a surer score than this is rounding alone. */
const clip = 1e-7;

function negativeLogLikelihood(score: number, label: number): number {
  const clipped = Math.min(1 - clip, Math.max(clip, score));
  return label === 1 ? -Math.log(clipped) : -Math.log1p(-clipped);
}
