import { type AcrossRule, acrossRules, acrossSeverity } from './acrossRules.ts';
import { batchRuleIds } from './batch/batchRuleIds.ts';
import type { ContractPlan, Severity } from './contractPlan.ts';
import { type RowRule, rowRules } from './rowRules.ts';

/** A rule of a contract by its id, and what a broken one does. */
export interface RuleSeverity {
  readonly id: string;
  readonly severity: Severity;
  /** What it may do: without a value there is no row to keep, and a window cannot go to quarantine. */
  readonly may: readonly Severity[];
}

/** All rules of a contract: of rows, across rows, of the window. */
export function ruleSeverities(contract: ContractPlan): RuleSeverity[] {
  return [
    ...rowRules(contract).map((rule) => ofRow(contract, rule)),
    ...acrossRules(contract).map((rule) => ofRows(contract, rule)),
    ...batchRuleIds(contract.batch).map((id) => ofWindow(contract, id)),
  ];
}

/** What a row that breaks this rule meets. */
export function rowSeverity({ severity }: Pick<ContractPlan, 'severity'>, id: string): Severity {
  return severity[id] ?? 'quarantine';
}

/** What a broken rule over the window does: `warn` or `reject`. */
export function batchSeverity({ severity }: Pick<ContractPlan, 'severity'>, id: string): Severity {
  return severity[id] ?? 'reject';
}

function ofRow(contract: ContractPlan, { id, kind }: RowRule): RuleSeverity {
  const isNeeded = kind === 'malformed' || kind === 'misplaced' || kind === 'fault';
  return { id, severity: rowSeverity(contract, id), may: isNeeded ? ['quarantine', 'reject'] : all };
}

function ofRows(contract: ContractPlan, rule: AcrossRule): RuleSeverity {
  return { id: rule.id, severity: acrossSeverity(contract, rule), may: all };
}

function ofWindow(contract: ContractPlan, id: string): RuleSeverity {
  return { id, severity: batchSeverity(contract, id), may: ['warn', 'reject'] };
}

const all: readonly Severity[] = ['warn', 'quarantine', 'reject'];
