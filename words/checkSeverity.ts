import type { ContractPlan } from '../core/contractPlan.ts';
import { ruleSeverities } from '../core/severity.ts';
import { didYouMean } from './didYouMean.ts';
import { invalid } from './invalid.ts';

/** Severities are those of rules that there are, and do what the rule can do. Throws `pipeline.invalid`. */
export function checkSeverity(contract: ContractPlan, place: string): void {
  const rules = ruleSeverities(contract);
  const ids = rules.map(({ id }) => id);
  for (const [id, severity] of Object.entries(contract.severity)) {
    const rule = rules.find((one) => one.id === id);
    if (rule === undefined) throw invalid(place, 'the id of a rule of the contract', id, didYouMean(id, ids));
    if (rule.may.includes(severity)) continue;
    throw invalid(`${place}['${id}']`, `${rule.may.join(' or ')}, as ${whyNot(rule.may)}`, severity);
  }
}

function whyNot(may: readonly string[]): string {
  return may.includes('quarantine')
    ? 'a row without a value of the column cannot be used'
    : 'no row of a window is to blame for it';
}
