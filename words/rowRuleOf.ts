import type { Comparison } from '../core/comparison.ts';
import type { RowRulePlan } from '../core/rowRulePlan.ts';
import type { Compared } from './column.ts';

/** A comparison as the plan holds it: a number is a value, a text names a column. */
export function rowRuleOf({ column, is, to }: Compared<string, Comparison, number | string>): RowRulePlan {
  return { kind: 'compare', column, is, to: typeof to === 'number' ? { value: to } : { column: to } };
}
