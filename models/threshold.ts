import type { Costs } from '../core/scorecardPlan.ts';
import { type Cut, cutsOf } from './cuts.ts';

/**
 * The score at or above which the answer is positive, chosen for the largest F1 on rows with known labels (1 is
 * positive). It lies halfway between two scores, so that no row sits on it; of equal ones the highest is taken, which
 * answers positive least often. Without a positive row there is nothing to choose by: one half.
 */
export function bestThreshold(scores: Float32Array, labels: Uint8Array): number {
  const positives = positivesOf(labels);
  return bestOf(
    { hits: 0, answered: 0, threshold: 0.5 },
    cutsOf(scores, labels),
    (cut, than) =>
      // F1 = 2 hits / (answered + positives), compared in whole numbers: no rounding decides a tie.
      cut.hits * (than.answered + positives) > than.hits * (cut.answered + positives),
  );
}

/**
 * The same, chosen for the least expected cost on these rows. Where no positive answer pays it lies halfway between the
 * highest score and 1.
 */
export function cheapestThreshold(scores: Float32Array, labels: Uint8Array, costs: Costs): number {
  const positives = positivesOf(labels);
  const highest = scores.reduce((most, score) => Math.max(most, score), 0);
  const nobody: Cut = { hits: 0, answered: 0, threshold: (highest + 1) / 2 };
  const costOf = ({ hits, answered }: Cut): number =>
    (answered - hits) * costs.falsePositive + (positives - hits) * costs.falseNegative;
  return bestOf(nobody, cutsOf(scores, labels), (cut, than) => costOf(cut) < costOf(than));
}

/** Of equal ones the first. */
function bestOf(first: Cut, others: readonly Cut[], isBetter: (cut: Cut, than: Cut) => boolean): number {
  return others.reduce((found, cut) => (isBetter(cut, found) ? cut : found), first).threshold;
}

function positivesOf(labels: Uint8Array): number {
  return labels.reduce((sum, label) => sum + label, 0);
}
