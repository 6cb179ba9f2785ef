import type { ParameterSpace } from '../core/parameterSpace.ts';
import { isNotNegative, isPositive } from './gridOf.ts';
import type { Learner } from './learner.ts';
import { spaceOf } from './spaceOf.ts';

export interface LogisticGrid {
  /** Strengths of the L2 penalty on the weights. */
  readonly l2: ParameterSpace;
  /** Step sizes of Adam; 0.01 alone when left out. */
  readonly learningRate?: ParameterSpace;
}

/** Logistic regression: a weight per number and per category's value. */
export function logistic(grid: LogisticGrid): Learner {
  return {
    kind: 'logistic',
    plan: (place) => ({
      kind: 'logistic',
      l2: spaceOf(grid.l2, `${place}.l2`, 'a number, 0 or more', isNotNegative),
      learningRate: spaceOf(grid.learningRate ?? [1e-2], `${place}.learningRate`, 'a number above 0', isPositive),
    }),
  };
}
