import type { ColumnType } from '../../core/contractPlan.ts';
import { sqlText } from '../database.ts';

/** A value as SQL of a column's canonical type; a date is given in milliseconds UTC. */
export function sqlValue(type: ColumnType, value: number | string | boolean): string {
  if (typeof value === 'string') return sqlText(value);
  if (typeof value === 'boolean') return String(value);
  return type === 'date' ? sqlInstant(value) : sqlNumber(value);
}

/** Whole numbers stay whole, so that an int64 is compared as one. */
export function sqlNumber(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : `CAST(${value} AS DOUBLE)`;
}

function sqlInstant(ms: number): string {
  return `make_timestamp(CAST(${Math.round(ms * 1000)} AS BIGINT))`;
}
