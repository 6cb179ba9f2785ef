import type { Comparison } from './comparison.ts';

/** A rule for one row by itself, across its columns. */
export type RowRulePlan = CompareRulePlan;

export interface CompareRulePlan {
  readonly kind: 'compare';
  readonly column: string;
  readonly is: Comparison;
  readonly to: { readonly column: string } | { readonly value: number | string };
}
