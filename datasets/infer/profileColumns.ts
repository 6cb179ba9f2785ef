import type { ColumnType, SourceKind } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { type ColumnProfile, mostListed } from '../../core/inferContract.ts';
import { type Database, sqlText } from '../database.ts';
import { type RawColumn, withInferableRows } from './inferableRows.ts';

/**
 * What a file's columns hold, over all of its rows. A column gets the narrowest type that reads every value; one of
 * texts that look like numbers with a leading zero stays text. Columns that no type of a contract can hold (lists,
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
      const type = await narrowestType(database, table, column);
      if (type === undefined) leftOut.push(column.name);
      else profiles.push(await profileOf(database, table, column, type));
    }
    return { profiles, leftOut, nulls };
  });
}

const narrowestFirst: readonly ColumnType[] = ['int', 'number', 'boolean', 'date', 'string'];

async function narrowestType(
  database: Database,
  table: string,
  { raw, read }: RawColumn,
): Promise<ColumnType | undefined> {
  const readable = narrowestFirst.filter((type) => read(type) !== null);
  const unread = readable.map((type) => {
    const isOther =
      type === 'int'
        ? ` OR ${leadingZero(raw)} OR ${tooLarge(read(type))}`
        : type === 'number'
          ? ` OR ${leadingZero(raw)}`
          : '';
    return `count(*) FILTER (${raw} IS NOT NULL AND ((${read(type)}) IS NULL${isOther}))::DOUBLE AS ${type}`;
  });
  if (readable.length === 0) return undefined;
  const [counts] = await database.rows<Record<ColumnType, number>>(`SELECT ${unread.join(', ')} FROM ${table}`);
  const [{ held = 0 } = {}] = await database.rows<{ held: number }>(
    `SELECT count(${raw})::DOUBLE AS held FROM ${table}`,
  );
  // Of a column without a value nothing is known: a text takes whatever comes.
  return held === 0 ? 'string' : readable.find((type) => counts?.[type] === 0);
}

/** Post codes and account numbers. */
function leadingZero(raw: string): string {
  return `regexp_full_match(CAST(${raw} AS VARCHAR), '[+-]?0[0-9].*')`;
}

/** `z.int()` takes whole numbers up to 2^53 - 1. */
function tooLarge(int: string | null): string {
  return `abs(CAST((${int}) AS HUGEINT)) > ${Number.MAX_SAFE_INTEGER}`;
}

type Measured = Omit<ColumnProfile, 'name' | 'type' | 'alphabet' | 'values'> & Readonly<Record<string, unknown>>;

async function profileOf(
  database: Database,
  table: string,
  column: RawColumn,
  type: ColumnType,
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
  return { name, type, rows, nulls, distinct, least, greatest, shortest, longest, alphabet, values };
}

/** From the narrowest to the widest. */
const alphabets = ['[0-9]', '[A-Z]', '[a-z]', '[A-Z0-9]', '[a-z0-9]', '[A-Za-z]', '[A-Za-z0-9]'];

async function valuesOf(database: Database, from: string): Promise<string[]> {
  const sql = `SELECT DISTINCT v FROM ${from} WHERE v IS NOT NULL ORDER BY v`;
  return (await database.rows<{ v: string }>(sql)).map(({ v }) => v);
}
