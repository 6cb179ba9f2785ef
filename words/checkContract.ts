import type { ContractPlan } from '../core/contractPlan.ts';
import { checkBatchRule } from './checkBatchRule.ts';
import { checkId } from './checkId.ts';
import { checkRowRule } from './checkRowRule.ts';
import { checkSeverity } from './checkSeverity.ts';
import { invalid } from './invalid.ts';
import { requireColumn, requireFullColumnOf } from './requireColumn.ts';

/** All rules for a contract alone; the first broken one throws. */
export function checkContract(contract: ContractPlan): void {
  const place = `contract ${contract.id}`;
  checkId(contract.id, place);
  checkVersion(contract.version, `${place}, version`);
  requireFullColumnOf(['date'], contract, contract.eventTime, `${place}, eventTime`);
  checkKey(contract, `${place}, key`);
  for (const [index, rule] of contract.rules.entries()) checkRowRule(contract, rule, `${place}, rules[${index}]`);
  for (const [index, rule] of contract.batch.entries()) checkBatchRule(contract, rule, `${place}, batch[${index}]`);
  checkSeverity(contract, `${place}, severity`);
  checkQuarantine(contract, `${place}, quarantine.atMost`);
}

function checkVersion(version: string, place: string): void {
  if (/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version)) return;
  throw invalid(place, "a semantic version, such as '1.2.0'", version);
}

function checkKey(contract: ContractPlan, place: string): void {
  if (contract.key === 'row number in source partition') return;
  if (typeof contract.key === 'string' || contract.key.length === 0) {
    throw invalid(place, "'row number in source partition' or a list of columns", contract.key);
  }
  for (const [index, name] of contract.key.entries()) requireColumn(contract, name, `${place}[${index}]`);
  if (new Set(contract.key).size < contract.key.length) throw invalid(place, 'each column once', contract.key);
}

function checkQuarantine(contract: ContractPlan, place: string): void {
  const { atMost } = contract.quarantine;
  if (!(atMost >= 0 && atMost <= 1)) throw invalid(place, 'a share, 0 to 1', atMost);
}
