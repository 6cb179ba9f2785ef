import type { CostRule } from '../core/gatePlan.ts';

/** A size in powers of ten: `500 kB`, `2 MB`. */
export type Size = `${number} ${'kB' | 'MB'}`;

/** The bytes of a model package: its graphs and its document. */
export const packageSize = {
  /** What is no such size becomes NaN, which the check of the gate refuses with its place. */
  atMost(size: Size): CostRule {
    const [, number, unit] = /^(\d+(?:\.\d+)?) (k|M)B$/.exec(size) ?? [];
    return { kind: 'atMost', cost: 'package size', value: Number(number) * (unit === 'M' ? 1e6 : 1e3) };
  },
} as const;
