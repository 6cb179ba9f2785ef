import type { ColumnType } from '../../core/contractPlan.ts';

/**
 * How a source's value becomes the contract's, as SQL. `parse` reads the raw value; the others are over its result,
 * so that it is made once. `fault` says why there is no value: one of `faults`. `value` has the canonical type, and is
 * null where there is a fault; `loose` holds a number that is only not whole, so that its bounds are still judged (null
 * where no number can be that); `text` is what people see of the value that came.
 */
export interface TypedColumn {
  readonly parse: string;
  readonly fault: string;
  readonly value: string;
  readonly loose: string | null;
  readonly text: string;
  /** True where a raw value that is not null has a fault, else false or null; null where none can have one. */
  readonly doubt: string | null;
  /** `value` for less work, where there is no doubt: else it may be any. */
  readonly rough: string;
}

/** The names under which the raw and the parsed value of a column are found. */
export interface ColumnNames {
  readonly raw: string;
  readonly parsed: string;
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

/** Whether a Parquet column of DuckDB's type `physical` can hold a contract's column of this type, see `ColumnPlan.coerce`. */
export function accepts(type: ColumnType, physical: string, coerce = false): boolean {
  return physicalTypes[type].test(physical) || (coerce && coercedTypes[type].test(physical));
}

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/;
const physicalTypes: Readonly<Record<ColumnType, RegExp>> = {
  int: numeric,
  number: numeric,
  string: /^VARCHAR$/,
  boolean: /^BOOLEAN$/,
  date: /^(TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE|DATE)$/,
};
const whole = /^U?((TINY|SMALL|BIG|HUGE)INT|INTEGER)$/;
const coercedTypes: Readonly<Record<ColumnType, RegExp>> = {
  int: /^VARCHAR$/,
  number: /^VARCHAR$/,
  string: new RegExp(`${whole.source}|^BOOLEAN$`),
  boolean: /^VARCHAR$/,
  date: new RegExp(`${whole.source}|^VARCHAR$`),
};

/** Text comes from CSV files, and from Parquet columns that count as what they read as (see `accepts`). */
export function typedColumn(type: ColumnType, names: ColumnNames, physical: string): TypedColumn {
  const { raw, parsed } = names;
  const isText = physical === 'VARCHAR';
  if (type === 'string') return typed(names, isText ? raw : `CAST(${raw} AS VARCHAR)`, [], sure(parsed));
  if (type === 'boolean') return typed(names, isText ? booleanOfText(raw) : raw, [], isText ? parsed : sure(parsed));
  if (type === 'date') {
    const value = physical === 'TIMESTAMP' ? sure(parsed) : parsed;
    return typed(names, dateOf(raw, physical), [['finite', outsideCalendar(parsed)]], value);
  }
  const parse = isText ? numberOfText(raw) : raw;
  const hasFractions = isText || /^(FLOAT|DOUBLE|DECIMAL)/.test(physical);
  const notFinite: Fault[] = isText || /^(FLOAT|DOUBLE)/.test(physical) ? [['finite', `NOT isfinite(${parsed})`]] : [];
  if (type === 'number') {
    const rough = `CAST(${parsed} AS DOUBLE)`;
    const value = withoutNegativeZero(rough);
    return { ...typed(names, parse, notFinite, isText ? value : sure(value)), rough };
  }
  if (within64Bits.test(physical)) return typed(names, parse, [], sure(`CAST(${parsed} AS BIGINT)`));
  if (!hasFractions) return typed(names, parse, [], `TRY_CAST(${parsed} AS BIGINT)`);
  const notWhole: Fault = ['whole', `${parsed} <> trunc(${parsed})`];
  const value = isText ? wholeOfText(names) : `TRY_CAST(${parsed} AS BIGINT)`;
  return typed(names, parse, [...notFinite, notWhole], value, `CAST(${parsed} AS DOUBLE)`);
}

const within64Bits = /^((TINY|SMALL|BIG)INT|INTEGER|U(TINY|SMALL)INT|UINTEGER)$/;

type Fault = readonly [fault: keyof typeof faults, sql: string];

/** A value that every raw value has, if it has no other fault: nothing need be asked of each row. */
interface SureValue {
  readonly sure: string;
}

function sure(sql: string): SureValue {
  return { sure: sql };
}

function typed(
  { raw }: ColumnNames,
  parse: string,
  found: readonly Fault[],
  made: string | SureValue,
  loose: string | null = null,
): TypedColumn {
  const value = typeof made === 'string' ? made : made.sure;
  const notMade: Fault[] = typeof made === 'string' ? [['type', `(${value}) IS NULL`]] : [];
  const cases = [['required', `${raw} IS NULL`] as const, ...found, ...notMade];
  const fault = `CASE ${cases.map(([name, sql]) => `WHEN ${sql} THEN ${faults[name]}`).join(' ')} ELSE 0 END`;
  const doubts = [...found, ...notMade].map(([name, sql]) => (name === 'type' ? `${raw} IS NOT NULL AND ${sql}` : sql));
  return {
    parse,
    fault,
    value: without(found, value),
    loose,
    text: `CAST(${raw} AS VARCHAR)`,
    doubt: doubts.length === 0 ? null : doubts.map((sql) => `(${sql})`).join(' OR '),
    rough: value,
  };
}

/** No case where there is nothing to tell apart: a column then goes through as it lies in the file, its dictionary with it. */
function without(found: readonly Fault[], value: string): string {
  if (found.length === 0) return value;
  return `CASE ${found.map(([, sql]) => `WHEN ${sql} THEN NULL`).join(' ')} ELSE ${value} END`;
}

/** As TIMESTAMP, DuckDB would take a text with a zone and forget the zone. Without one, that cast is far faster. */
export function dateOf(raw: string, physical: string): string {
  if (whole.test(physical)) return instantOfMs(raw);
  if (physical !== 'VARCHAR') return `TRY_CAST(${raw} AS TIMESTAMP)`;
  const hasNoZone = `regexp_full_match(${raw}, ' *[0-9]+-[0-9]+-[0-9]+([T ][0-9:.]+Z?)? *')`;
  const zoned = `CAST(TRY_CAST(trim(${raw}) AS TIMESTAMPTZ) AS TIMESTAMP)`;
  return `CASE WHEN ${hasNoZone} THEN ${castOfText(raw, 'TIMESTAMP')} ELSE ${zoned} END`;
}

/** Blanks around a value stop some casts, and taking them away costs more than the cast: it is done where it failed. */
function castOfText(raw: string, type: string): string {
  return `coalesce(TRY_CAST(${raw} AS ${type}), TRY_CAST(trim(${raw}) AS ${type}))`;
}

/** What lies beyond the years that there are stays beyond them. */
function instantOfMs(raw: string): string {
  const within = `greatest(least(CAST(${raw} AS HUGEINT), ${Date.UTC(10_000, 0)}), ${Date.parse('0001-01-01') - 1})`;
  return `make_timestamp(CAST(${within} * 1000 AS BIGINT))`;
}

/** Before year 1 and after 9999, and at DuckDB's infinities, there is no hour with a name. */
function outsideCalendar(parsed: string): string {
  return `(${parsed} < ${firstInstant} OR ${parsed} >= ${endOfYears})`;
}

const firstInstant = `make_timestamp(${Date.parse('0001-01-01') * 1000})`;
const endOfYears = `make_timestamp(${Date.UTC(10_000, 0) * 1000})`;

function booleanOfText(raw: string): string {
  return `CASE lower(trim(${raw})) WHEN 'true' THEN true WHEN 'false' THEN false END`;
}

/** A cast alone would take `0x1F` for 31 and `1_0` for 10. */
function numberOfText(raw: string): string {
  const number = '(?i) *[+-]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[+-]?[0-9]+)?|nan|inf|infinity) *';
  return `CASE WHEN regexp_full_match(${raw}, '${number}') THEN ${castOfText(raw, 'DOUBLE')} END`;
}

/** Beyond 2^53 a float64 no longer tells one whole number from the next: then the text itself is read. */
function wholeOfText({ raw, parsed }: ColumnNames): string {
  const digits = `regexp_full_match(trim(${raw}), '[+-]?[0-9]+')`;
  const exact = `CASE WHEN ${digits} THEN TRY_CAST(trim(${raw}) AS BIGINT) ELSE TRY_CAST(${parsed} AS BIGINT) END`;
  return `CASE WHEN abs(${parsed}) < 9007199254740992 THEN CAST(${parsed} AS BIGINT) ELSE ${exact} END`;
}

/**
 * 0 and -0 are equal in an order but not as text: one of them, or the content's digest would depend on their order.
 * Adding 0 makes -0 a 0.
 */
function withoutNegativeZero(sql: string): string {
  return `${sql} + 0`;
}
