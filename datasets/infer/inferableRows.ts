import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ColumnType, SourceKind } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { type Database, sqlFile, sqlName, sqlText } from '../database.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { compressionOf } from '../sources/compression.ts';
import { csvHeader } from '../sources/csvHeader.ts';
import { jsonValue } from '../sources/jsonColumn.ts';
import { writePlain } from '../sources/plainBytes.ts';
import { readingSource } from '../sources/readingSource.ts';
import { requireBytes } from '../sources/sourceColumns.ts';
import { accepts, faults, typedColumn } from '../sources/typedColumn.ts';

/** A file's rows as they are written, as a table of their own while `work` is done with it. */
export interface InferableRows {
  readonly table: string;
  readonly columns: readonly RawColumn[];
  /** Of CSV: texts that stand for null, where the column's other values are no text. */
  readonly nulls: readonly string[];
}

export interface RawColumn {
  readonly name: string;
  /** Its name in the table. */
  readonly raw: string;
  /** The column's value read as a type: null where it is null or no such value. Null where no value can be of that type. */
  readonly read: (type: ColumnType) => string | null;
}

/** Reads a file of any kind, as its name says, without a contract. Lines that are broken are left out. Throws `source.unreadable`, `source.empty`. */
export async function withInferableRows<T>(
  database: Database,
  kind: SourceKind,
  file: string,
  work: (rows: InferableRows) => Promise<T>,
): Promise<T> {
  await requireBytes(file);
  const table = `infer_${randomUUID().replaceAll('-', '')}`;
  return inTemporaryFolder(async (folder) => {
    const plain = compressionOf(file) === undefined ? file : join(folder, 'plain');
    if (plain !== file) await readingSource(file, () => writePlain(file, plain));
    try {
      const columns = await readingSource(file, () => readers[kind](database, plain, table));
      const nulls = kind === 'csv' ? await nullTexts(database, table, columns) : [];
      for (const { raw } of columns) await clear(database, table, raw, nulls);
      return await work({ table, columns, nulls });
    } finally {
      await database.run(`DROP TABLE IF EXISTS ${table}`);
    }
  });
}

/** What programs write for a value that is not there. */
const nullWords = ['NA', 'N/A', 'n/a', 'null', 'NULL', 'None', 'nan', 'NaN', '-', '?'];

async function nullTexts(database: Database, table: string, columns: readonly RawColumn[]): Promise<string[]> {
  const words = nullWords.map(sqlText).join(', ');
  const found = new Set<string>();
  for (const { raw, read } of columns) {
    const others = `count(*) FILTER (${raw} IS NOT NULL AND ${raw} NOT IN (${words})`;
    const unread = (['number', 'date', 'boolean'] as const).map(
      (type) => `${others} AND (${read(type)}) IS NULL)::DOUBLE`,
    );
    const sql = `SELECT least(${unread.join(', ')}) AS unread, ${others})::DOUBLE AS others,
      to_json(list(DISTINCT ${raw}) FILTER (${raw} IN (${words}))) AS words FROM ${table}`;
    type Counted = { unread: number; others: number; words: string | null };
    const [counted] = await database.rows<Counted>(sql);
    if (counted === undefined || counted.unread > 0 || counted.others === 0) continue;
    for (const word of JSON.parse(counted.words ?? '[]') as string[]) found.add(word);
  }
  return [...found].sort();
}

async function clear(database: Database, table: string, raw: string, nulls: readonly string[]): Promise<void> {
  if (nulls.length === 0) return;
  await database.run(`UPDATE ${table} SET ${raw} = NULL WHERE ${raw} IN (${nulls.map(sqlText).join(', ')})`);
}

type Read = (database: Database, file: string, table: string) => Promise<RawColumn[]>;

const readers: Readonly<Record<SourceKind, Read>> = { csv: readCsv, ndjson: readNdjson, parquet: readParquet };

async function readCsv(database: Database, file: string, table: string): Promise<RawColumn[]> {
  const names = await csvHeader(file);
  const columns = `{${names.map((_, k) => `r${k}: 'VARCHAR'`).join(', ')}}`;
  const options = `auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false`;
  const from = `read_csv(${sqlFile(file)}, ${options}, ignore_errors = true, columns = ${columns})`;
  await database.run(`CREATE TEMP TABLE ${table} AS SELECT * FROM ${from}`);
  return names.map((name, k) => ({ name, raw: `r${k}`, read: (type) => typedText(type, `r${k}`, 'VARCHAR') }));
}

async function readParquet(database: Database, file: string, table: string): Promise<RawColumn[]> {
  const from = `read_parquet(${sqlFile(file)}, hive_partitioning = false)`;
  type Described = { column_name: string; column_type: string };
  const columns = await database.rows<Described>(`DESCRIBE SELECT * FROM ${from}`);
  const raw = columns.map(({ column_name }, k) => `${sqlName(column_name)} AS r${k}`);
  await database.run(`CREATE TEMP TABLE ${table} AS SELECT ${raw.join(', ')} FROM ${from}`);
  return columns.map(({ column_name: name, column_type: physical }, k) => ({
    name,
    raw: `r${k}`,
    read: (type) => (accepts(type, physical) ? typedText(type, `r${k}`, physical) : null),
  }));
}

/** The fields in the order in which they first come. */
async function readNdjson(database: Database, file: string, table: string): Promise<RawColumn[]> {
  const lines = `read_ndjson_objects(${sqlFile(file)}, ignore_errors = true)`;
  const objects = `SELECT json FROM ${lines} WHERE json_type(json) = 'OBJECT'`;
  const keys = `SELECT unnest(json_keys(json)) AS name, generate_subscripts(json_keys(json), 1) AS place FROM (${objects})`;
  const ordered = `SELECT name FROM (${keys}) GROUP BY name ORDER BY min(place), name`;
  const names = (await database.rows<{ name: string }>(ordered)).map(({ name }) => name);
  if (names.length === 0) throw new WhetError('source.empty', { expected: `JSON objects in ${file}`, came: 'none' });
  const shape = sqlText(JSON.stringify(Object.fromEntries(names.map((name) => [name, 'JSON']))));
  const raw = names.map((name, k) => `CAST(struct_extract(object, ${sqlText(name)}) AS VARCHAR) AS r${k}`);
  await database.run(
    `CREATE TEMP TABLE ${table} AS SELECT ${raw.join(', ')} FROM (SELECT from_json(json, ${shape}) AS object FROM (${objects}))`,
  );
  return names.map((name, k) => ({ name, raw: `r${k}`, read: (type) => jsonValue(type, `r${k}`) }));
}

/** As the data path reads a column of text or of a Parquet type. */
function typedText(type: ColumnType, raw: string, physical: string): string {
  const { parse } = typedColumn(type, { raw, parsed: 'unused' }, physical);
  const { fault, value } = typedColumn(type, { raw, parsed: `(${parse})` }, physical);
  return `CASE WHEN (${fault}) = ${faults.none} THEN ${value} END`;
}
