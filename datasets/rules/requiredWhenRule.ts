import type { ContractPlan } from '../../core/contractPlan.ts';
import type { RequiredWhenPlan } from '../../core/rowRulePlan.ts';
import { faults } from '../sources/typedColumn.ts';
import { comparison, ruledColumn } from './compareRule.ts';
import type { RuleSql } from './rowRule.ts';

/** Null is refused where the comparison holds; a value of a wrong type is another rule's matter. */
export function requiredWhenRule(contract: ContractPlan, { column, when }: RequiredWhenPlan): RuleSql {
  const { k } = ruledColumn(contract, column);
  const { text, sql } = comparison(contract, when);
  return { text: `${column} is not null where ${text}`, sql: `f${k} = ${faults.required} AND (${sql})` };
}
