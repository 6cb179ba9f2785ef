import type { AcrossRulePlan } from './acrossRulePlan.ts';
import type { ContractPlan, Severity } from './contractPlan.ts';
import { durationText, hourMs } from './time.ts';

/** A rule across rows with its id. */
export interface AcrossRule {
  readonly id: string;
  readonly rule: AcrossRulePlan;
}

/** A contract's rules across rows, in the order in which they are told. A key of columns is unique in each hour. */
export function acrossRules(contract: Pick<ContractPlan, 'key' | 'across'>): AcrossRule[] {
  const { key, across } = contract;
  const ofKey: readonly AcrossRulePlan[] = typeof key === 'string' ? [] : [{ kind: 'unique', columns: key }];
  const declared = across.map((rule) => ({ id: acrossRuleId(rule), rule }));
  const implied = ofKey.map((rule) => ({ id: acrossRuleId(rule), rule }));
  return [...implied.filter(({ id }) => !declared.some((rule) => rule.id === id)), ...declared];
}

/** Such as `id.unique`, `date+flight.unique`, `row.duplicate`, `device.inOrder.sequence`, `airport.references.airports.code`. */
export function acrossRuleId(rule: AcrossRulePlan): string {
  switch (rule.kind) {
    case 'unique':
      return `${rule.columns.join('+')}.unique`;
    case 'noDuplicates':
      return 'row.duplicate';
    case 'inOrder':
      return `${rule.per ?? 'row'}.inOrder.${rule.by}`;
    case 'gapAtMost':
      return `${rule.per ?? 'row'}.gap`;
    case 'references':
      return `${rule.column}.references.${rule.to.contract}.${rule.to.column}`;
  }
}

/** What must hold, for people. */
export function acrossRuleText(rule: AcrossRulePlan): string {
  switch (rule.kind) {
    case 'unique':
      return `${rule.columns.join(', ')} ${rule.columns.length === 1 ? 'is' : 'are'} of no other row ${
        rule.withinMs === undefined ? 'of the hour' : `within ${durationText(rule.withinMs)}`
      }`;
    case 'noDuplicates':
      return 'a row differs from all others in some column';
    case 'inOrder':
      return `${rule.by} never goes back${perText(rule.per)} within ${durationText(rule.withinMs)}`;
    case 'gapAtMost':
      return `rows follow each other${perText(rule.per)} within ${durationText(rule.atMostMs)}`;
    case 'references':
      return `${rule.column} is a ${rule.to.column} of contract '${rule.to.contract}'`;
  }
}

/** What a broken rule does where the contract does not say: after a gap no row is wrong. */
export function acrossSeverity({ severity }: Pick<ContractPlan, 'severity'>, { id, rule }: AcrossRule): Severity {
  return severity[id] ?? (rule.kind === 'gapAtMost' ? 'warn' : 'quarantine');
}

/** Those of a contract's rules across rows that the rows of an hour alone decide. */
export function hourRules(contract: ContractPlan): AcrossRule[] {
  return acrossRules(contract).filter(({ rule }) => isWithinHour(rule, contract.eventTime));
}

/** The others: they look at earlier hours, or at another contract. */
export function furtherRules(contract: ContractPlan): AcrossRule[] {
  return acrossRules(contract).filter(({ rule }) => !isWithinHour(rule, contract.eventTime));
}

/** Whether the rows of an hour alone decide it. Rows that are equal in their event time are of one hour. */
export function isWithinHour(rule: AcrossRulePlan, eventTime: string): boolean {
  if (rule.kind === 'noDuplicates') return true;
  return rule.kind === 'unique' && (rule.withinMs === undefined || rule.columns.includes(eventTime));
}

/** How many hours before an hour hold rows that its rows are compared with. */
export function hoursBack(rules: readonly AcrossRule[]): number {
  const spans = rules.map(({ rule }) => ('withinMs' in rule ? (rule.withinMs ?? 0) : 0));
  return Math.ceil(Math.max(0, ...spans) / hourMs);
}

function perText(per: string | null): string {
  return per === null ? '' : ` per ${per}`;
}
