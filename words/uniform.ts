import type { RangePlan } from '../core/parameterSpace.ts';

/** A range to draw a parameter from, each value equally likely, both ends in it: `uniform(0, 0.5)`. */
export function uniform(from: number, to: number): RangePlan {
  return { kind: 'uniform', from, to };
}
