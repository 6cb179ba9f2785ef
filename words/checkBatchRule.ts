import type { BatchRulePlan, DriftPlan, MeasurePlan, SharePlan } from '../core/batchRulePlan.ts';
import type { Comparison } from '../core/comparison.ts';
import type { ColumnPlan, ColumnType, ContractPlan } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import { countsExactly, nearestExact } from '../core/sketches/rowsWhere.ts';
import { checkRowRule } from './checkRowRule.ts';
import { didYouMean } from './didYouMean.ts';
import { invalid } from './invalid.ts';
import { requireColumn, requireColumnOf } from './requireColumn.ts';

/** A rule over the window names columns that exist and can be ruled so. Throws naming `place`. */
export function checkBatchRule(contract: ContractPlan, rule: BatchRulePlan, place: string): void {
  if (rule.kind === 'measure') checkMeasure(contract, rule, place);
  if (rule.kind === 'varies') requireColumn(contract, rule.column, place);
  if (rule.kind === 'share') checkShare(contract, rule, place);
  if (rule.kind === 'newValues') requireColumnOf(counted, contract, rule.column, place);
  if (rule.kind === 'drift') checkDrift(contract, rule, place);
}

const counted: readonly ColumnType[] = ['int', 'string', 'boolean'];
const numbers: readonly ColumnType[] = ['int', 'number'];

function checkMeasure(contract: ContractPlan, { column, measure }: MeasurePlan, place: string): void {
  if (measure === 'distinct') requireColumnOf(counted, contract, column, place);
  else if (measure === 'nullRate') checkOpen(contract, column, place);
  else requireColumnOf(numbers, contract, column, place);
}

function checkOpen(contract: ContractPlan, name: string, place: string): void {
  if (requireColumn(contract, name, place).nullable) return;
  throw new WhetError('column.wrong-type', {
    expected: 'a column in which null may come',
    came: `'${name}', of which a row with null goes to quarantine, in ${place}`,
    todo: `Add .nullable() to '${name}', or drop the rule.`,
  });
}

/** Only what sketches tell exactly may be ruled: else a rule could be broken or not by the rounding. */
function checkShare(contract: ContractPlan, { column: name, is, to }: SharePlan, place: string): void {
  checkRowRule(contract, { kind: 'compare', column: name, is, to: { value: to } }, place);
  const column = requireColumn(contract, name, place);
  if (countsExactly(column, { is, to })) return;
  const expected = 'a comparison that sketches of a column tell exactly';
  throw invalid(place, expected, `${name} ${is} ${to}`, insteadOf(column, is, to));
}

function insteadOf({ name, type }: ColumnPlan, is: Comparison, to: SharePlan['to']): string {
  const kinds = [is, otherEnd[is]].filter((kind) => kind !== undefined);
  const near =
    typeof to === 'number'
      ? kinds.flatMap((kind) => nearestExact(type, kind, to).map((value) => `${kind}(${value})`))
      : [];
  return near.length > 0 ? `Write ${near.join(' or ')}.` : `List the values of '${name}', 1,024 at most: z.enum([…]).`;
}

/** The comparison that parts the rows at the same place but for the rows that are there. */
const otherEnd: Partial<Readonly<Record<Comparison, Comparison>>> = {
  above: 'atLeast',
  atLeast: 'above',
  below: 'atMost',
  atMost: 'below',
};

const measures = ['psi', 'jensenShannon', 'kolmogorovSmirnov'];

function checkDrift(contract: ContractPlan, { column, by }: DriftPlan, place: string): void {
  if (!measures.includes(by)) throw invalid(`${place}.by`, 'a measure of drift', by, didYouMean(by, measures));
  requireColumnOf(by === 'kolmogorovSmirnov' ? numbers : [...numbers, 'string', 'boolean'], contract, column, place);
}
