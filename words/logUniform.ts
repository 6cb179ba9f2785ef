import type { RangePlan } from '../core/parameterSpace.ts';

/**
 * A range above 0 to draw a parameter from, each order of magnitude equally likely: of `logUniform(1e-4, 1e-1)` a third
 * of the draws lie below 1e-3.
 */
export function logUniform(from: number, to: number): RangePlan {
  return { kind: 'log uniform', from, to };
}
