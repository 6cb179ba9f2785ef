import type { CostRule } from '../core/gatePlan.ts';

/** A short time: `50 microseconds`, `2 milliseconds`. */
export type ShortTime = `${number} ${'microseconds' | 'milliseconds'}`;

/** How long one row takes to score, on the machine that makes the scorecard: half of them, and 99 in 100, take less. */
export const scoringTime = {
  p50: { atMost: (time: ShortTime): CostRule => rule('scoring p50', time) },
  p99: { atMost: (time: ShortTime): CostRule => rule('scoring p99', time) },
} as const;

/** What is no such time becomes NaN, which the check of the gate refuses with its place. */
function rule(cost: CostRule['cost'], time: string): CostRule {
  const [, number, unit] = /^(\d+(?:\.\d+)?) (micro|milli)seconds$/.exec(time) ?? [];
  return { kind: 'atMost', cost, value: Number(number) / (unit === 'micro' ? 1_000 : 1) };
}
