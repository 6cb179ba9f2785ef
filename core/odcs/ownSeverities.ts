import { acrossRules } from '../acrossRules.ts';
import { batchRuleIds } from '../batch/batchRuleIds.ts';
import type { ColumnCheck, ContractPlan, Severity } from '../contractPlan.ts';
import { rowRules } from '../rowRules.ts';
import { ruleSeverities } from '../severity.ts';
import { field, type Node } from './odcsData.ts';
import type { OdcsRule } from './odcsRule.ts';
import type { PropertyReading, Reading, SaidRule } from './readProperty.ts';

/** A plan with the severities that stand beside its rules in the document, and those that the engine wrote by their ids. */
export function withOwnSeverities(
  plan: ContractPlan,
  own: Node,
  properties: readonly PropertyReading[],
  said: readonly SaidRule[],
  { where, tell }: Reading,
): ContractPlan {
  const severity: Record<string, Severity> = {};
  const rules = ruleSeverities(plan);
  const say = (id: string | undefined, value: Severity, path: Node['path']): void => {
    const rule = rules.find((one) => one.id === id);
    if (rule?.may.includes(value) === true) severity[rule.id] = value;
    else tell({ kind: 'unsupported', path, what: `severity ${value}${id === undefined ? '' : ` of ${id}`}` });
  };
  const ids = ruleIds(plan);
  for (const { column, severities, path } of properties) {
    for (const one of severities)
      say(one.of === 'required' ? `${column.name}.required` : ids.get(one.of), one.severity, path);
  }
  for (const { rule, severity: value, path } of said) if (value !== undefined) say(ids.get(rule), value, path);
  const written = field(own, 'severity', 'map', where) ?? {};
  for (const [id, value] of Object.entries(written)) {
    const path = [...own.path, 'severity', id];
    if (value === 'warn' || value === 'quarantine' || value === 'reject') say(id, value, path);
    else tell({ kind: 'unsupported', path, what: `severity ${String(value)}` });
  }
  return { ...plan, severity };
}

/** The ids of a plan's checks and rules, by the things themselves. */
export function ruleIds(plan: ContractPlan): ReadonlyMap<OdcsRule | ColumnCheck, string> {
  const ids = new Map<OdcsRule | ColumnCheck, string>();
  for (const one of rowRules(plan)) {
    if (one.kind === 'check') ids.set(one.check, one.id);
    if (one.kind === 'rule') ids.set(one.rule, one.id);
  }
  for (const { id, rule } of acrossRules(plan)) ids.set(rule, id);
  for (const [index, id] of batchRuleIds(plan.batch).entries()) {
    const rule = plan.batch[index];
    if (rule !== undefined) ids.set(rule, id);
  }
  return ids;
}
