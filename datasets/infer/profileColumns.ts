import type { ColumnType, SourceKind } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { type ColumnProfile, mostListed, type NearType } from '../../core/inferContract.ts';
import { type Database, sqlText } from '../database.ts';
import { type RawColumn, withInferableRows } from './inferableRows.ts';

/**
 * What a file's columns hold, over all of its rows. A column gets the narrowest type that reads every value; one of
 * texts that look like numbers with a leading zero stays text. Where all but a few values are of a narrower type, that is
 * told beside it. Columns that no type of a contract can hold (lists,
 * objects, bytes) are left out and named. Throws `source.unreadable`, `source.empty`.
 */
export async function profileColumns(
  database: Database,
  kind: SourceKind,
  file: string,
): Promise<{ readonly profiles: ColumnProfile[]; readonly leftOut: string[]; readonly nulls: readonly string[] }> {
  return withInferableRows(database, kind, file, async ({ table, columns, nulls }) => {
    const [{ rows = 0 } = {}] = await database.rows<{ rows: number }>(`SELECT count(*)::DOUBLE AS rows FROM ${table}`);
    if (rows === 0) throw new WhetError('source.empty', { expected: `rows in ${file}`, came: 'none' });
    const profiles: ColumnProfile[] = [];
    const leftOut: string[] = [];
    for (const column of columns) {
      const found = await narrowestType(database, table, column);
      if (found === undefined) leftOut.push(column.name);
      else profiles.push(await profileOf(database, table, column, found));
    }
    return { profiles, leftOut, nulls };
  });
}

const narrowestFirst: readonly ColumnType[] = ['int', 'number', 'boolean', 'date', 'string'];

/** The share of a column's values that may be of another type than nearly all: what a quarantine takes, when nothing else is said. */
const mostOthers = 0.01;

interface FoundType {
  readonly type: ColumnType;
  readonly near: NearType | null;
}

async function narrowestType(database: Database, table: string, column: RawColumn): Promise<FoundType | undefined> {
  const { raw, read } = column;
  const readable = narrowestFirst.filter((type) => read(type) !== null);
  const unread = readable.map((type) => `count(*) FILTER (${isOther(column, type)})::DOUBLE AS ${type}`);
  if (readable.length === 0) return undefined;
  const [counts] = await database.rows<Record<ColumnType, number>>(`SELECT ${unread.join(', ')} FROM ${table}`);
  const [{ held = 0 } = {}] = await database.rows<{ held: number }>(
    `SELECT count(${raw})::DOUBLE AS held FROM ${table}`,
  );
  // Of a column without a value nothing is known: a text takes whatever comes.
  if (held === 0) return { type: 'string', near: null };
  const type = readable.find((one) => counts?.[one] === 0);
  if (type === undefined) return undefined;
  const nearly = readable.find((one) => (counts?.[one] ?? held) <= mostOthers * held);
  if (nearly === undefined || nearly === type || type !== 'string') return { type, near: null };
  const [{ example = '' } = {}] = await database.rows<{ example: string }>(
    `SELECT CAST(min(${raw}) FILTER (${isOther(column, nearly)}) AS VARCHAR) AS example FROM ${table}`,
  );
  return { type, near: { type: nearly, others: counts?.[nearly] ?? 0, example } };
}

/** Of a value that is there, and not of the type. */
function isOther({ raw, read }: RawColumn, type: ColumnType): string {
  const isNumber = type === 'int' || type === 'number';
  const others = [
    `(${read(type)}) IS NULL`,
    ...(isNumber ? [leadingZero(raw)] : []),
    ...(type === 'int' ? [tooLarge(read(type))] : []),
  ];
  return `${raw} IS NOT NULL AND (${others.join(' OR ')})`;
}

/** Post codes and account numbers. */
function leadingZero(raw: string): string {
  return `regexp_full_match(CAST(${raw} AS VARCHAR), '[+-]?0[0-9].*')`;
}

/** `z.int()` takes whole numbers up to 2^53 - 1. */
function tooLarge(int: string | null): string {
  return `abs(CAST((${int}) AS HUGEINT)) > ${Number.MAX_SAFE_INTEGER}`;
}

type Measured = Omit<ColumnProfile, 'name' | 'type' | 'alphabet' | 'values' | 'near'> &
  Readonly<Record<string, unknown>>;

async function profileOf(
  database: Database,
  table: string,
  column: RawColumn,
  { type, near }: FoundType,
): Promise<ColumnProfile> {
  const { name } = column;
  const from = `(SELECT ${column.read(type)} AS v FROM ${table})`;
  const isText = type === 'string';
  const ordered = type === 'date' ? 'epoch_ms(v)' : type === 'int' || type === 'number' ? 'v' : 'CAST(NULL AS DOUBLE)';
  const length = isText ? 'length(v)' : 'CAST(NULL AS BIGINT)';
  const measures = [
    'count(*)::DOUBLE AS rows',
    '(count(*) - count(v))::DOUBLE AS nulls',
    'count(DISTINCT v)::DOUBLE AS "distinct"',
    `min(${ordered})::DOUBLE AS least`,
    `max(${ordered})::DOUBLE AS greatest`,
    `min(${length})::DOUBLE AS shortest`,
    `max(${length})::DOUBLE AS longest`,
    ...(isText ? alphabets.map((one, k) => `bool_and(regexp_full_match(v, ${sqlText(`${one}*`)})) AS a${k}`) : []),
  ];
  const [found] = await database.rows<Measured>(`SELECT ${measures.join(', ')} FROM ${from}`);
  if (found === undefined) throw new Error('an aggregate without a row');
  const { rows, nulls, distinct, least, greatest, shortest, longest } = found;
  const values = isText && distinct > 0 && distinct <= mostListed ? await valuesOf(database, from) : null;
  const alphabet = alphabets.find((_, k) => found[`a${k}`] === true) ?? null;
  return { name, type, rows, nulls, distinct, least, greatest, shortest, longest, alphabet, values, near };
}

/** From the narrowest to the widest. */
const alphabets = ['[0-9]', '[A-Z]', '[a-z]', '[A-Z0-9]', '[a-z0-9]', '[A-Za-z]', '[A-Za-z0-9]'];

async function valuesOf(database: Database, from: string): Promise<string[]> {
  const sql = `SELECT DISTINCT v FROM ${from} WHERE v IS NOT NULL ORDER BY v`;
  return (await database.rows<{ v: string }>(sql)).map(({ v }) => v);
}
