import { acrossRuleId } from '../core/acrossRules.ts';
import type { ColumnType, ContractPlan } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import type { AnyAcrossRule, Unique } from './acrossRule.ts';
import { acrossRuleOf } from './acrossRuleOf.ts';
import { invalid } from './invalid.ts';
import { requireColumn, requireColumnOf } from './requireColumn.ts';

/** Rules across rows name columns that exist and can be ruled so, each rule once. Throws naming `place`. */
export function checkAcross(contract: ContractPlan, rules: readonly AnyAcrossRule[], place: string): void {
  for (const [index, rule] of rules.entries()) checkRule(contract, rule, `${place}[${index}]`);
  const ids = rules.map((rule) => acrossRuleId(acrossRuleOf(rule)));
  const twice = ids.findIndex((id, index) => ids.indexOf(id) < index);
  if (twice >= 0) throw invalid(`${place}[${twice}]`, 'each rule once', ids[twice]);
}

function checkRule(contract: ContractPlan, rule: AnyAcrossRule, place: string): void {
  switch (rule.kind) {
    case 'unique':
      checkUnique(contract, rule, place);
      break;
    case 'inOrder':
      checkPer(contract, rule.per, place);
      requireColumnOf(['int', 'number', 'date'], contract, rule.by, `${place}.by`);
      break;
    case 'gapAtMost':
      checkPer(contract, rule.per, place);
      break;
    case 'references':
      checkReference(contract, rule.column, rule.to.type, place);
  }
}

function checkUnique(contract: ContractPlan, { columns }: Unique<string>, place: string): void {
  if (columns.length === 0) throw invalid(place, 'one column or more', columns);
  if (new Set(columns).size < columns.length) throw invalid(place, 'each column once', columns);
  for (const name of columns) requireColumn(contract, name, place);
}

function checkPer(contract: ContractPlan, per: string | null, place: string): void {
  if (per !== null) requireColumn(contract, per, `${place}.per`);
}

function checkReference(contract: ContractPlan, name: string, type: ColumnType, place: string): void {
  const column = requireColumn(contract, name, place);
  if (family(column.type) === family(type)) return;
  throw new WhetError('column.wrong-type', {
    expected: `a column of type ${type}, as the one that it refers to`,
    came: `'${name}', which is ${column.type}, in ${place}`,
  });
}

const family = (type: ColumnType): ColumnType => (type === 'int' ? 'number' : type);
