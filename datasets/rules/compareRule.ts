import type { Comparison } from '../../core/comparison.ts';
import type { ColumnType, ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearestName.ts';
import type { RowRulePlan } from '../../core/rowRulePlan.ts';
import { sqlText } from '../database.ts';
import { sqlNumber, sqlValue } from './columnRules.ts';
import type { Rule } from './rowRule.ts';

/** A rule across the columns of one row. Where a side is null there is nothing to compare, and nothing is broken. */
export function compareRule(contract: ContractPlan, rule: RowRulePlan): Rule {
  const left = sideOf(contract, rule.column);
  const right = 'column' in rule.to ? column(contract, left, rule.to.column) : literal(left, rule.to.value);
  const { operator, words } = comparisons[rule.is];
  const id = `${rule.column}.${rule.is}.${right.name}`;
  return { id, text: `${rule.column} ${words} ${right.name}`, sql: `NOT (${compared(left, operator, right)})` };
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
  const k = contract.columns.findIndex((column) => column.name === name);
  const type = contract.columns[k]?.type;
  if (type !== undefined) return { name, type, sql: `v${k}`, loose: type === 'int' ? `d${k}` : undefined };
  const known = contract.columns.map((column) => column.name);
  throw new WhetError('column.unknown', {
    expected: `a column of contract '${contract.id}' in its rules`,
    came: `'${name}'${didYouMean(name, known)}`,
  });
}

function column(contract: ContractPlan, left: Side, name: string): Side {
  const right = sideOf(contract, name);
  const isNumber = (side: Side): boolean => side.type === 'int' || side.type === 'number';
  if (left.type === right.type || (isNumber(left) && isNumber(right))) return right;
  throw unlike(left, `column '${name}', ${right.type}`);
}

function literal(left: Side, value: number | string): Side {
  if (typeof value === 'string') {
    if (left.type === 'string') return { ...left, name: value, sql: sqlText(value), loose: undefined };
  } else if (Number.isFinite(value)) {
    const sql = sqlValue(left.type, value);
    if (left.type === 'date') return { ...left, name: new Date(value).toISOString(), sql, loose: undefined };
    if (left.type === 'int' || left.type === 'number')
      return { ...left, name: String(value), sql: sqlNumber(value), loose: undefined };
  }
  throw unlike(left, `the value ${JSON.stringify(value)}`);
}

function unlike(left: Side, came: string): WhetError {
  const expected = `something of type ${left.type} to compare column '${left.name}' with`;
  return new WhetError('column.wrong-type', { expected, came });
}
