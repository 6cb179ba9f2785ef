import type { Comparison } from '../../core/comparison.ts';
import type { ColumnPlan, ColumnType, ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearestName.ts';
import type { CompareRulePlan } from '../../core/rowRulePlan.ts';
import { valueText } from '../../core/rowRules.ts';
import type { RuleSql } from './rowRule.ts';
import { sqlValue } from './sqlValue.ts';

/** A comparison of two columns, or of one and a value. Where a side is null nothing is broken. */
export function compareRule(contract: ContractPlan, rule: CompareRulePlan): RuleSql {
  const { text, sql } = comparison(contract, rule);
  return { text, sql: `NOT (${sql})` };
}

/** When a comparison holds: its SQL is null where a side is. Throws `column.unknown`, `column.wrong-type`. */
export function comparison(contract: ContractPlan, rule: CompareRulePlan): RuleSql {
  const left = sideOf(contract, rule.column);
  const right = 'column' in rule.to ? column(contract, left, rule.to.column) : literal(contract, left, rule.to.value);
  const { operator, words } = comparisons[rule.is];
  return { text: `${rule.column} ${words} ${right.name}`, sql: compared(left, operator, right) };
}

/** A number that is only not whole is compared all the same, so that no reason is missed. */
function compared(left: Side, operator: string, right: Side): string {
  const exact = `${left.sql} ${operator} ${right.sql}`;
  if (left.loose === undefined && right.loose === undefined) return exact;
  const either = (side: Side): string => `coalesce(${side.loose ?? 'NULL'}, ${side.sql})`;
  const fractions = [left.loose, right.loose].filter((loose) => loose !== undefined);
  const whole = fractions.map((loose) => `${loose} IS NULL`).join(' AND ');
  return `CASE WHEN ${whole} THEN ${exact} ELSE ${either(left)} ${operator} ${either(right)} END`;
}

const comparisons: Readonly<Record<Comparison, { readonly operator: string; readonly words: string }>> = {
  above: { operator: '>', words: 'is above' },
  atLeast: { operator: '>=', words: 'is at least' },
  below: { operator: '<', words: 'is below' },
  atMost: { operator: '<=', words: 'is at most' },
  equals: { operator: '=', words: 'equals' },
  differsFrom: { operator: '<>', words: 'differs from' },
};

interface Side {
  readonly name: string;
  readonly type: ColumnType;
  readonly sql: string;
  readonly loose: string | undefined;
}

function sideOf(contract: ContractPlan, name: string): Side {
  const { type, k } = ruledColumn(contract, name);
  return { name, type, sql: `v${k}`, loose: type === 'int' ? `d${k}` : undefined };
}

/** A column that a rule names, and its place. Throws `column.unknown`; `column.wrong-type` where it is not of the type. */
export function ruledColumn(contract: ContractPlan, name: string, type?: ColumnType): ColumnPlan & { k: number } {
  const k = contract.columns.findIndex((column) => column.name === name);
  const found = contract.columns[k];
  if (found === undefined) {
    const known = contract.columns.map((column) => column.name);
    throw new WhetError('column.unknown', {
      expected: `a column of contract '${contract.id}' in its rules`,
      came: `'${name}'${didYouMean(name, known)}`,
    });
  }
  if (type === undefined || found.type === type) return { ...found, k };
  throw new WhetError('column.wrong-type', {
    expected: `a column of type ${type} in the rules of contract '${contract.id}'`,
    came: `'${name}', ${found.type}`,
  });
}

function column(contract: ContractPlan, left: Side, name: string): Side {
  const right = sideOf(contract, name);
  const isNumber = (side: Side): boolean => side.type === 'int' || side.type === 'number';
  if (left.type === right.type || (isNumber(left) && isNumber(right))) return right;
  throw unlike(left, `column '${name}', ${right.type}`);
}

function literal(contract: ContractPlan, left: Side, value: number | string | boolean): Side {
  const isFitting = valueTypes[left.type] === typeof value && (typeof value !== 'number' || Number.isFinite(value));
  if (!isFitting) throw unlike(left, `the value ${JSON.stringify(value)}`);
  const name = valueText(contract, left.name, value);
  return { name, type: left.type, sql: sqlValue(left.type, value), loose: undefined };
}

const valueTypes: Readonly<Record<ColumnType, string>> = {
  int: 'number',
  number: 'number',
  date: 'number',
  string: 'string',
  boolean: 'boolean',
};

function unlike(left: Side, came: string): WhetError {
  const expected = `something of type ${left.type} to compare column '${left.name}' with`;
  return new WhetError('column.wrong-type', { expected, came });
}
