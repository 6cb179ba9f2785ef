import type { ColumnType } from '../core/plan.ts';

/**
 * How a source's value becomes the contract's, as SQL over `raw`. `fault` says why it could not: one of `faults`.
 * `value` has the canonical type and is null on any fault; `loose` holds a number that is only not whole, so that
 * its bounds are still judged.
 */
export interface TypedColumn {
  readonly fault: string;
  readonly value: string;
  readonly loose: string;
}

export const faults = { none: 0, required: 1, type: 2, finite: 3, whole: 4 } as const;

/** The type that clean rows have in a snapshot. */
export const canonicalTypes: Readonly<Record<ColumnType, string>> = {
  int: 'BIGINT',
  number: 'DOUBLE',
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'TIMESTAMP',
};

/** Whether a Parquet column of DuckDB's type `physical` can hold a contract's column of this type. */
export function accepts(type: ColumnType, physical: string): boolean {
  return physicalTypes[type].test(physical);
}

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/;
const physicalTypes: Readonly<Record<ColumnType, RegExp>> = {
  int: numeric,
  number: numeric,
  string: /^VARCHAR$/,
  boolean: /^BOOLEAN$/,
  date: /^(TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE|DATE)$/,
};

/** Text comes from CSV files alone: a Parquet column of text is no number (see `accepts`). */
export function typedColumn(type: ColumnType, raw: string, physical: string): TypedColumn {
  if (type === 'string') return typed(raw, [], raw);
  if (type === 'boolean') return typed(raw, [], physical === 'VARCHAR' ? booleanOfText(raw) : raw);
  if (type === 'date') return date(raw, physical);
  return physical === 'VARCHAR' ? numberOfText(type, raw) : numberOfNumber(type, raw, physical);
}

type Fault = readonly [fault: keyof typeof faults, sql: string];

function typed(raw: string, found: readonly Fault[], value: string, loose = 'NULL'): TypedColumn {
  const cases = [['required', `${raw} IS NULL`] as const, ...found, ['type', `(${value}) IS NULL`] as const];
  const fault = `CASE ${cases.map(([name, sql]) => `WHEN ${sql} THEN ${faults[name]}`).join(' ')} ELSE 0 END`;
  return { fault, value, loose };
}

/** Before year 1 and after 9999, and DuckDB's infinities, there is no hour with a name. */
function date(raw: string, physical: string): TypedColumn {
  const value =
    physical === 'VARCHAR'
      ? `CAST(TRY_CAST(trim(${raw}) AS TIMESTAMPTZ) AS TIMESTAMP)`
      : `TRY_CAST(${raw} AS TIMESTAMP)`;
  const outside = `${value} IS NOT NULL AND NOT coalesce(year(${value}) BETWEEN 1 AND 9999, false)`;
  return typed(raw, [['finite', outside]], value);
}

function booleanOfText(raw: string): string {
  return `CASE lower(trim(${raw})) WHEN 'true' THEN true WHEN 'false' THEN false END`;
}

function numberOfNumber(type: 'int' | 'number', raw: string, physical: string): TypedColumn {
  const notFinite: Fault[] = /^(FLOAT|DOUBLE)$/.test(physical) ? [['finite', `NOT isfinite(${raw})`]] : [];
  if (type === 'number') return typed(raw, notFinite, withoutNegativeZero(`CAST(${raw} AS DOUBLE)`));
  if (/INT/.test(physical)) return typed(raw, [], `TRY_CAST(${raw} AS BIGINT)`);
  const notWhole: Fault = ['whole', `${raw} <> trunc(${raw})`];
  return typed(raw, [...notFinite, notWhole], `TRY_CAST(${raw} AS BIGINT)`, `CAST(${raw} AS DOUBLE)`);
}

/** A cast alone would take `2.7` for the whole number 3, `0x1F` for 31 and `1_0` for 10. */
function numberOfText(type: 'int' | 'number', raw: string): TypedColumn {
  const text = `trim(${raw})`;
  const isNumber = `regexp_full_match(${text}, '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?')`;
  const double = `TRY_CAST(CASE WHEN ${isNumber} THEN ${text} END AS DOUBLE)`;
  const notFinite: Fault = [
    'finite',
    `regexp_full_match(lower(${text}), '[+-]?(nan|inf|infinity)') OR (${isNumber} AND NOT coalesce(isfinite(${double}), false))`,
  ];
  if (type === 'number') return typed(raw, [notFinite], withoutNegativeZero(double));
  const whole = `CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]+') THEN TRY_CAST(${text} AS BIGINT) ELSE TRY_CAST(${double} AS BIGINT) END`;
  const notWhole: Fault = ['whole', `${double} <> trunc(${double})`];
  return typed(raw, [notFinite, notWhole], whole, double);
}

/** 0 and -0 are equal in an order but not as text: one of them, or the content's digest would depend on their order. */
function withoutNegativeZero(sql: string): string {
  return `CASE WHEN ${sql} = 0 THEN CAST(0 AS DOUBLE) ELSE ${sql} END`;
}
