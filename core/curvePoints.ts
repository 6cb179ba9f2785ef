import type { Curves } from './curves.ts';
import type { Costs } from './scorecardPlan.ts';

/** One cut of the curves, as all that people draw of it. Shares are 0 to 1; null where they have no value. */
export interface CurvePoint {
  readonly threshold: number;
  readonly falsePositiveRate: number | null;
  /** The same as recall. */
  readonly truePositiveRate: number | null;
  readonly precision: number | null;
}

/** The points of the ROC and the precision-recall curve (Fawcett 2006; Davis and Goadrich 2006). */
export function curvePoints({ cuts, positives, negatives }: Curves): CurvePoint[] {
  return cuts.map(({ threshold, truePositives, falsePositives }) => ({
    threshold,
    falsePositiveRate: shareOf(falsePositives, negatives),
    truePositiveRate: shareOf(truePositives, positives),
    precision: shareOf(truePositives, truePositives + falsePositives),
  }));
}

/** The expected cost of an answer at each cut, per row. */
export function costPoints(
  { cuts, positives, negatives }: Curves,
  costs: Costs,
): { threshold: number; cost: number }[] {
  return cuts.map(({ threshold, truePositives, falsePositives }) => ({
    threshold,
    cost:
      (falsePositives * costs.falsePositive + (positives - truePositives) * costs.falseNegative) /
      Math.max(1, positives + negatives),
  }));
}

function shareOf(count: number, all: number): number | null {
  return all === 0 ? null : count / all;
}
