import type { ColumnPlan, ColumnType } from '../../core/contractPlan.ts';
import { faults, type TypedColumn, typedColumn } from './typedColumn.ts';

/**
 * The contract's value of a JSON value, as SQL over its text as DuckDB writes it; null where it is of another type.
 * Strict: a number in quotes is a text (see `ColumnPlan.coerce`), and `2.0` is a whole number where `2.7` is none.
 */
export function jsonValue(type: ColumnType, json: string, coerce = false): string {
  return coerce ? coercedValue(type, json) : values[type](json);
}

/** The same as a column of a staged file: its value, and in `parsed` the JSON of a row that has a value of a wrong type. */
export function stagedColumn({ type, coerce }: Pick<ColumnPlan, 'type' | 'coerce'>, k: number): TypedColumn {
  const [raw, json] = [`r${k}`, `p${k}`];
  const wrong = (wrongs[type] ?? []).map(([fault, wrong]) => `WHEN ${wrong(json)} THEN ${faults[fault]}`).join(' ');
  const read = readAs(type, json);
  const found = coerce === true ? `WHEN ${isText(json)} THEN ${read.fault} ${wrong}` : wrong;
  const loose =
    coerce === true ? `CASE WHEN ${isText(json)} THEN ${read.loose} ELSE ${doubleOf(json)} END` : doubleOf(json);
  return {
    parse: `fragments[${k + 1}]`,
    fault: `CASE WHEN ${raw} IS NOT NULL THEN 0 WHEN ${json} IS NULL THEN ${faults.required} ${found} ELSE ${faults.type} END`,
    value: raw,
    loose: type === 'int' ? loose : null,
    text: `coalesce(CAST(${raw} AS VARCHAR), ${json})`,
    doubt: 'fragments IS NOT NULL',
    rough: raw,
  };
}

/** The JSON of each column of a staged row: VARCHAR[], null where no value has a wrong type. */
export const fragments = `CASE WHEN _raw IS NOT NULL THEN from_json(_raw, '["VARCHAR"]') END`;

/** A text is read as a field of a CSV file is; a text column takes what has one text alone. */
function coercedValue(type: ColumnType, json: string): string {
  if (type !== 'string')
    return `CASE WHEN ${isText(json)} THEN ${readAs(type, json).value} ELSE ${values[type](json)} END`;
  const whole = `CAST(${values.int(json)} AS VARCHAR)`;
  return `CASE WHEN ${isText(json)} THEN ${textOf(json)} WHEN ${json} IN ('true', 'false') THEN ${json} ELSE ${whole} END`;
}

function readAs(type: ColumnType, json: string): TypedColumn {
  const raw = `(${textOf(json)})`;
  const { parse } = typedColumn(type, { raw, parsed: 'unused' }, 'VARCHAR');
  return typedColumn(type, { raw, parsed: `(${parse})` }, 'VARCHAR');
}

function isText(json: string): string {
  return `starts_with(${json}, '"')`;
}

type ToSql = (json: string) => string;

const values: Readonly<Record<ColumnType, ToSql>> = {
  int: (json) =>
    `CASE WHEN contains(${json}, '.') THEN ${wholeOf(doubleOf(json))} ELSE TRY_CAST(${json} AS BIGINT) END`,
  // Adding 0 makes -0 a 0: they are equal in an order, but not as text.
  number: (json) => `CASE WHEN isfinite(${doubleOf(json)}) THEN ${doubleOf(json)} + 0 END`,
  string: textOf,
  boolean: (json) => `CASE ${json} WHEN 'true' THEN true WHEN 'false' THEN false END`,
  date: instantOf,
};

const wrongs: Partial<Record<ColumnType, readonly (readonly ['finite' | 'whole', ToSql])[]>> = {
  int: [
    ['finite', (json) => `NOT isfinite(${doubleOf(json)})`],
    ['whole', (json) => `${doubleOf(json)} <> trunc(${doubleOf(json)})`],
  ],
  number: [['finite', (json) => `NOT isfinite(${doubleOf(json)})`]],
  date: [['finite', isNoYear]],
};

/** No JSON text in quotes is one, nor `true`; NaN and Infinity, which some writers give, are no finite one. */
function doubleOf(json: string): string {
  return `TRY_CAST(${json} AS DOUBLE)`;
}

function wholeOf(double: string): string {
  return `CASE WHEN ${double} = trunc(${double}) THEN TRY_CAST(${double} AS BIGINT) END`;
}

/** Without a backslash there is nothing to decode. */
function textOf(json: string): string {
  const decoded = `json_extract_string(${json}, '$')`;
  return `CASE WHEN ${isText(json)} THEN CASE WHEN contains(${json}, '\\') THEN ${decoded} ELSE ${unquoted(json)} END END`;
}

function unquoted(json: string): string {
  return `${json}[2:-2]`;
}

const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const time = '[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?';

/**
 * ISO 8601 with a date at least, read as UTC where it has no zone; or whole milliseconds UTC. Before year 1 and after
 * 9999 there is no hour with a name.
 */
function instantOf(json: string): string {
  const ms = `TRY_CAST(${json} AS BIGINT)`;
  return `CASE WHEN ${isUtcText(json)} THEN CASE WHEN NOT starts_with(${json}, '"0000') THEN ${utcOf(json)} END
    WHEN ${isZonedText(json)} THEN CASE WHEN year(${zonedOf(json)}) BETWEEN 1 AND 9999 THEN ${zonedOf(json)} END
    WHEN ${isWhole(json)} AND ${ms} BETWEEN ${firstMs} AND ${lastMs} THEN make_timestamp(${ms} * 1000) END`;
}

const firstMs = Date.parse('0001-01-01');
const lastMs = Date.UTC(10_000, 0) - 1;

function isNoYear(json: string): string {
  return `${isWhole(json)} OR (${isUtcText(json)} AND ${utcOf(json)} IS NOT NULL) OR (${isZonedText(json)} AND ${zonedOf(json)} IS NOT NULL)`;
}

function isUtcText(json: string): string {
  return `regexp_full_match(${json}, '"${day}(${time}Z?)?"')`;
}

function utcOf(json: string): string {
  return `TRY_CAST(${unquoted(json)} AS TIMESTAMP)`;
}

function isZonedText(json: string): string {
  return `regexp_full_match(${json}, '"${day}${time}[+-][0-9]{2}(:?[0-9]{2})?"')`;
}

function zonedOf(json: string): string {
  return `CAST(TRY_CAST(${unquoted(json)} AS TIMESTAMPTZ) AS TIMESTAMP)`;
}

function isWhole(json: string): string {
  return `regexp_full_match(${json}, '-?[0-9]+([.]0+)?')`;
}
