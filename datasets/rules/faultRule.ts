import type { ColumnPlan, ColumnType } from '../../core/contractPlan.ts';
import type { Fault } from '../../core/rowRules.ts';
import { faults } from '../sources/typedColumn.ts';
import type { RuleSql } from './rowRule.ts';

/** What column k's type demands: that there is a value, and of that type. */
export function faultRule({ name, type, coerce }: ColumnPlan, k: number, fault: Fault): RuleSql {
  const orText =
    fault === 'type' && coerce === true ? (type === 'string' ? ', or a whole number' : ', or a text of one') : '';
  return { text: `${name} ${texts[fault](type)}${orText}`, sql: `f${k} = ${faults[fault]}` };
}

const texts: Readonly<Record<Fault, (type: ColumnType) => string>> = {
  required: () => 'is not null',
  type: (type) => (type === 'int' ? 'is a whole number of 64 bits' : type === 'string' ? 'is a text' : `is a ${type}`),
  finite: (type) => (type === 'date' ? 'is of the years 1 to 9999' : 'is neither NaN nor infinite'),
  whole: () => 'has no fraction',
};
