import type { ColumnType, ContractPlan } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import type { CompareRulePlan, RowRulePlan } from '../core/rowRulePlan.ts';
import { didYouMean } from './didYouMean.ts';
import { invalid } from './invalid.ts';
import { requireColumn, requireColumnOf } from './requireColumn.ts';

/** A rule for one row names columns that exist and can be ruled so. Throws naming `place`. */
export function checkRowRule(contract: ContractPlan, rule: RowRulePlan, place: string): void {
  if (rule.kind === 'compare') checkComparison(contract, rule, place);
  if (rule.kind === 'requiredWhen') {
    checkOpen(contract, rule.column, place);
    checkComparison(contract, rule.when, `${place}.when`);
  }
  if (rule.kind === 'within' || rule.kind === 'notInFuture') {
    requireColumnOf(['date'], contract, rule.column, place);
    if (rule.kind === 'within') requireColumnOf(['date'], contract, rule.after, place);
  }
}

function checkComparison(contract: ContractPlan, rule: CompareRulePlan, place: string): void {
  checkMeaning(rule.is, place);
  const ordered = rule.is !== 'equals' && rule.is !== 'differsFrom';
  const left = ordered
    ? requireColumnOf(['int', 'number', 'date'], contract, rule.column, place)
    : requireColumn(contract, rule.column, place);
  const right = 'value' in rule.to ? typeOf(rule.to.value, place) : requireColumn(contract, rule.to.column, place).type;
  if (family(left.type) === family(right)) return;
  throw new WhetError('column.wrong-type', {
    expected: `two values of one type`,
    came: `'${left.name}', which is ${left.type}, compared to ${right} in ${place}`,
  });
}

const comparisons = ['above', 'atLeast', 'below', 'atMost', 'equals', 'differsFrom'];

function checkMeaning(is: string, place: string): void {
  if (comparisons.includes(is)) return;
  throw invalid(place, 'a comparison that has a meaning', is, didYouMean(is, comparisons));
}

function typeOf(value: number | string | boolean, place: string): ColumnType {
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(place, 'a finite number', value);
  return typeof value as 'number' | 'string' | 'boolean';
}

const family = (type: ColumnType): ColumnType => (type === 'int' ? 'number' : type);

function checkOpen(contract: ContractPlan, name: string, place: string): void {
  const { nullable } = requireColumn(contract, name, place);
  if (nullable && name !== contract.eventTime) return;
  throw new WhetError('column.wrong-type', {
    expected: 'a column in which null may come',
    came: `'${name}', which is required in every row, in ${place}`,
    todo: `Add .nullable() to '${name}', or drop the rule.`,
  });
}
