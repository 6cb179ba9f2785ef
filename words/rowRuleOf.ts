import type { CompareRulePlan, RowRulePlan } from '../core/rowRulePlan.ts';
import type { AnyCompared, AnyRowRule } from './column.ts';

/** A rule for one row as the plan holds it. */
export function rowRuleOf(rule: AnyRowRule): RowRulePlan {
  if (rule.kind === 'compare') return comparisonOf(rule);
  return rule.kind === 'requiredWhen' ? { ...rule, when: comparisonOf(rule.when) } : rule;
}

/** A comparison as the plan holds it: a bare text names a column. */
export function comparisonOf({ column, is, to }: AnyCompared): CompareRulePlan {
  const side = typeof to === 'string' ? { column: to } : { value: typeof to === 'object' ? to.value : to };
  return { kind: 'compare', column, is, to: side };
}
