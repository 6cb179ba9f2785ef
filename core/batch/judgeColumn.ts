import type { MeasurePlan, NewestRowPlan, SharePlan, VariesPlan } from '../batchRulePlan.ts';
import type { ColumnSketch, RowsSketch } from '../sketches/columnSketch.ts';
import { distinctCount } from '../sketches/distinctCount.ts';
import { meanOf } from '../sketches/meanOf.ts';
import { quantile } from '../sketches/quantile.ts';
import { rowsWhere } from '../sketches/rowsWhere.ts';
import type { Judged } from './batchFinding.ts';
import { count, isWithin, measured, percent } from './numberText.ts';

/** A measure of a column's clean rows in the window. */
export function judgeMeasure(rule: MeasurePlan, { columns }: RowsSketch): Judged {
  const column = columns[rule.column];
  const value = column === undefined ? undefined : measureOf(rule, column);
  if (value === undefined) return nothing;
  return { outcome: isWithin(rule, value) ? 'passed' : 'broken', value: measureText(rule, value, column) };
}

export function judgeVaries({ column: name }: VariesPlan, { columns }: RowsSketch): Judged {
  const column = columns[name];
  if (column === undefined || column.rows - column.nulls < 2) return nothing;
  const { numbers, values } = column;
  const varies = numbers === null ? (values?.counts.length ?? 0) > 1 : numbers.min < numbers.max;
  const only = values?.counts[0]?.[0] ?? String(numbers?.min);
  return { outcome: varies ? 'passed' : 'broken', value: varies ? 'it varies' : `${only} alone` };
}

export function judgeShare(rule: SharePlan, { columns }: RowsSketch): Judged {
  const column = columns[rule.column];
  const found = column === undefined ? undefined : rowsWhere(column, rule);
  if (column === undefined || found === undefined) return nothing;
  const share = found / column.rows;
  const value = `${percent(share)} (${count(found)} of ${count(column.rows)})`;
  return { outcome: isWithin(rule, share) ? 'passed' : 'broken', value };
}

/** Without a row, nothing is fresh. */
export function judgeNewestRow({ withinMs }: NewestRowPlan, eventTime: string, to: number, sketch: RowsSketch): Judged {
  const newest = sketch.columns[eventTime]?.numbers?.max;
  if (newest === undefined) return { outcome: 'broken', value: 'no row' };
  return { outcome: to - newest <= withinMs ? 'passed' : 'broken', value: new Date(newest).toISOString() };
}

const nothing: Judged = { outcome: 'too little to say', value: 'no values' };

function measureOf({ measure, quantile: share }: MeasurePlan, column: ColumnSketch): number | undefined {
  switch (measure) {
    case 'nullRate':
      return column.nulls / column.rows;
    case 'distinct':
      return distinctCount(column)?.values;
    case 'mean':
      return meanOf(column);
    case 'quantile':
      return quantile(column, share ?? 0.5);
    default:
      return column.numbers?.[measure];
  }
}

function measureText({ measure }: MeasurePlan, value: number, column: ColumnSketch | undefined): string {
  if (measure === 'nullRate') return `${percent(value)} (${count(column?.nulls ?? 0)} of ${count(column?.rows ?? 0)})`;
  if (measure !== 'distinct') return measured(value);
  return column?.values?.isComplete === true ? count(value) : `about ${count(value)}`;
}
