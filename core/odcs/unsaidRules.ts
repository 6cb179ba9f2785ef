import { canonicalJson } from '../canonicalJson.ts';
import type { ContractPlan, Severity } from '../contractPlan.ts';
import { isAcrossRule, isCheck, type Meaning, type OdcsRule } from './odcsRule.ts';
import { ruleIds } from './ownSeverities.ts';

/** The rules of a plan, but for its columns' checks, of which a document says some already. */
export interface UnsaidRules {
  /** Whether what a place means is of the plan; then it counts as said. */
  readonly take: (meaning: Meaning) => boolean;
  /** What is not said yet. */
  readonly left: () => readonly OdcsRule[];
}

export function unsaidRules(plan: ContractPlan): UnsaidRules {
  const ids = ruleIds(plan);
  const all: readonly OdcsRule[] = [...plan.rules, ...plan.across, ...plan.batch];
  const left = new Set(all);
  const isMeant = (rule: OdcsRule, meant: OdcsRule, severity: Severity | undefined): boolean =>
    canonicalJson(rule) === canonicalJson(meant) &&
    (severity === undefined || plan.severity[ids.get(rule) ?? ''] === severity);
  return {
    take: ({ rules, severity }) => {
      const found = rules
        .filter((rule) => !isCheck(rule) && rule.kind !== 'required')
        .map((meant) => {
          // Rules across rows stand in a plan once, and may be said twice; the others are as many as they are said.
          const among = isAcrossRule(meant) ? all : [...left];
          return among.find((rule) => isMeant(rule, meant, severity));
        });
      if (found.includes(undefined)) return false;
      for (const rule of found) if (rule !== undefined) left.delete(rule);
      return true;
    },
    left: () => [...left],
  };
}
