import type { Random } from './random.ts';

/** The values that a numeric parameter may take: some to try each of, or a range to draw from. */
export type ParameterSpace = readonly number[] | RangePlan;

/** A range of values, both ends in it. */
export interface RangePlan {
  readonly kind: 'uniform' | 'log uniform' | 'int';
  readonly from: number;
  readonly to: number;
}

/** Four digits: enough to tell draws apart, few enough that the last bits of a machine's logarithm change no draw. */
const digits = 4;

export function isRange(space: unknown): space is RangePlan {
  return typeof space === 'object' && space !== null && !Array.isArray(space);
}

/** A value of a range: `log uniform` draws the logarithm evenly, `int` whole numbers, all equally likely. */
function drawFromRange({ kind, from, to }: RangePlan, random: Random): number {
  if (kind === 'int') return from + random.below(to - from + 1);
  const at = random.next();
  const value = kind === 'uniform' ? from + at * (to - from) : from * (to / from) ** at;
  return Math.min(to, Math.max(from, Number(value.toPrecision(digits))));
}

/** A value of a space: each of a list is equally likely. */
export function drawFromSpace<T>(space: readonly T[] | RangePlan, random: Random): T | number {
  if (isRange(space)) return drawFromRange(space, random);
  return space[random.below(space.length)] as T;
}
