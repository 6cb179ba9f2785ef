import type { RangePlan } from '../core/parameterSpace.ts';

/** A range of whole numbers to draw a parameter from, each equally likely, both ends in it: `int(8, 128)`. */
export function int(from: number, to: number): RangePlan {
  return { kind: 'int', from, to };
}
