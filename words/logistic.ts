import { gridOf, isNotNegative, isPositive } from './gridOf.ts';
import type { Learner } from './learner.ts';

export interface LogisticGrid {
  /** Strengths of the L2 penalty on the weights. */
  readonly l2: readonly number[];
  /** Step sizes of Adam; 0.01 alone when left out. */
  readonly learningRate?: readonly number[];
}

/** Logistic regression: a weight per number and per category's value. */
export function logistic(grid: LogisticGrid): Learner {
  return {
    kind: 'logistic',
    plan: (place) => ({
      kind: 'logistic',
      l2: gridOf(grid.l2, `${place}.l2`, 'a number, 0 or more', isNotNegative),
      learningRate: gridOf(grid.learningRate ?? [1e-2], `${place}.learningRate`, 'a number above 0', isPositive),
    }),
  };
}
