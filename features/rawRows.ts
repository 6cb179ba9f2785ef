import type { GoldenRows, RawColumn } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { sqlName } from '../datasets/database.ts';
import type { HourRows } from './hourRows.ts';
import { keySql } from './keyLookup.ts';
import type { QueryColumn } from './queryColumn.ts';
import { rawColumns } from './rawColumns.ts';
import { sqlMissing } from './sqlNumbers.ts';

/** Rows as the raw columns of `model.onnx`. Dates are milliseconds UTC; of a nullable column, booleans are 1 and 0. */
export type RawRows = Record<string, RawValue[]>;

type RawValue = GoldenRows['columns'][string][number];

/** What is to be read for the raw columns. */
export function rawQueries(plan: Plan): QueryColumn[] {
  return rawColumns(plan).map(rawQuery);
}

/** The raw columns of an hour whose `rawQueries` were read. A missing text is the empty one. */
export function rawRows(plan: Plan, rows: HourRows): RawRows {
  return Object.fromEntries(rawColumns(plan).map((column) => [column.name, rawValues(column, rows)]));
}

/** Numbers travel as doubles: whole ones are exact up to 2^53, and null is NaN. */
function rawQuery({ name, type, nullable }: RawColumn): QueryColumn {
  if (type === 'string') return { sql: keySql(name, type), as: 'text' };
  const value = type === 'date' ? `epoch_ms(${sqlName(name)})` : sqlName(name);
  const double = `CAST(${value} AS DOUBLE)`;
  return { sql: nullable ? sqlMissing(double) : double, as: 'double' };
}

function rawValues(column: RawColumn, rows: HourRows): RawValue[] {
  const { sql, as } = rawQuery(column);
  if (as === 'double') return Array.from(rows.doubles(sql), (value) => rawValue(column, value));
  const { values, codes } = rows.texts(sql);
  return Array.from(codes, (code) => values[code] ?? '');
}

function rawValue({ type, nullable }: RawColumn, value: number): RawValue {
  if (nullable) return Number.isNaN(value) ? null : value;
  return type === 'boolean' ? value !== 0 : value;
}
