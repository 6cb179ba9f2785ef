import type { Comparison } from './comparison.ts';

/** A rule for one row by itself, across its columns. Where a side is null there is nothing to compare. */
export type RowRulePlan = CompareRulePlan | RequiredWhenPlan | WithinRulePlan | NotInFuturePlan;

export interface CompareRulePlan {
  readonly kind: 'compare';
  readonly column: string;
  readonly is: Comparison;
  readonly to: { readonly column: string } | { readonly value: number | string | boolean };
}

/** The column must not be null in rows for which the comparison holds. */
export interface RequiredWhenPlan {
  readonly kind: 'requiredWhen';
  readonly column: string;
  readonly when: CompareRulePlan;
}

/** One date lies at most `atMostMs` after another, and at most `orBeforeMs` before it. */
export interface WithinRulePlan {
  readonly kind: 'within';
  readonly column: string;
  readonly after: string;
  readonly atMostMs: number;
  readonly orBeforeMs: number;
}

/** The date is at most `byMs` later than the time that the row is judged by. */
export interface NotInFuturePlan {
  readonly kind: 'notInFuture';
  readonly column: string;
  readonly byMs: number;
}
