import type { AcrossRulePlan } from '../core/acrossRulePlan.ts';
import type { AnyAcrossRule } from './acrossRule.ts';

/** A rule across rows as the plan holds it. */
export function acrossRuleOf(rule: AnyAcrossRule): AcrossRulePlan {
  if (rule.kind !== 'references') return rule;
  const { contract, column } = rule.to;
  return { kind: 'references', column: rule.column, to: { contract, column } };
}
