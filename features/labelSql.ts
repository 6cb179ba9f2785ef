import type { Comparison } from '../core/comparison.ts';
import type { Plan } from '../core/plan.ts';
import { sqlName, sqlText } from '../datasets/database.ts';

/** SQL over a row of the contract. Times are milliseconds UTC as DOUBLE. */
export interface LabelSql {
  readonly event: string;
  /** When the label is known; null where it never is, as a column that it is made from is null. */
  readonly settles: string;
  /** BOOLEAN; null where the label's column is. */
  readonly positive: string;
}

/**
 * When a row's label is known and what it is. A label never settles before its own row: a negative settle time counts as
 * none, or the label of a row to come could be read.
 */
export function labelSql(plan: Plan): LabelSql {
  const { from, settlesAfter } = plan.label;
  const event = `CAST(epoch_ms(${sqlName(plan.contract.eventTime)}) AS DOUBLE)`;
  const times = settlesAfter.column === undefined ? sqlDouble(0) : sqlNumber(settlesAfter.column);
  const after = `(${times} * ${sqlDouble(settlesAfter.timesMs)} + ${sqlDouble(settlesAfter.plusMs)})`;
  const unknown = `${sqlName(from.column)} IS NULL`;
  return {
    event,
    settles: `CASE WHEN ${unknown} THEN NULL WHEN ${after} < 0 THEN ${event} ELSE ${event} + ${after} END`,
    positive: positiveSql(from),
  };
}

/** The same as DOUBLEs without null: a label that is never known settles at Infinity, and its value is never read. */
export function numericLabelSql(plan: Plan): LabelSql {
  const { event, settles, positive } = labelSql(plan);
  return {
    event,
    settles: `COALESCE(${settles}, CAST('Infinity' AS DOUBLE))`,
    positive: `CAST(COALESCE(${positive}, false) AS DOUBLE)`,
  };
}

function positiveSql({ column, is, value }: Plan['label']['from']): string {
  if (typeof value === 'number') return `(${sqlNumber(column)} ${operators[is]} ${sqlDouble(value)})`;
  return `(${sqlName(column)} ${operators[is]} ${typeof value === 'string' ? sqlText(value) : value})`;
}

const operators: Readonly<Record<Comparison, string>> = {
  above: '>',
  atLeast: '>=',
  below: '<',
  atMost: '<=',
  equals: '=',
  differsFrom: '<>',
};

function sqlNumber(column: string): string {
  return `CAST(${sqlName(column)} AS DOUBLE)`;
}

/** Through text: a bare `0.1` would be a DECIMAL in DuckDB. */
function sqlDouble(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}
