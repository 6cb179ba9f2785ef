import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JoinableRows } from '../core/labelJoin.ts';
import { type Database, sqlFile, sqlName, sqlText } from '../datasets/database.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { objectKey, putObjectFile } from '../storage/objects.ts';

/** What the label join needs from outside. */
export type JoinPorts = Pick<DataPorts, 'store' | 'database'>;

/** Beyond so many beginnings of prediction ids an hour does not name them. */
const mostOrigins = 1_000;

/** Writes a query's rows to Parquet, and gives the path. What is to be stored is packed more closely. */
export async function writeRows(
  database: Database,
  sql: string,
  folder: string,
  name: string,
  isStored = false,
): Promise<string> {
  const path = join(folder, `${name}.parquet`);
  await database.runBeside(
    `COPY (${sql}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION ${isStored ? 'zstd' : 'snappy'})`,
  );
  return path;
}

/** A file's rows by the values of a column of text, each as a table of SQL: whoever wants one does not read them all. */
export async function rowsBy(
  database: Database,
  path: string,
  column: string,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = `read_parquet(${sqlFile(path)})`;
  const values = await database.rows<{ value: string }>(
    `SELECT DISTINCT ${sqlName(column)} AS "value" FROM ${rows} ORDER BY 1`,
  );
  const parts = await mkdtemp(join(folder, 'by-'));
  const by = `PARTITION_BY (${sqlName(column)}), WRITE_PARTITION_COLUMNS true`;
  await database.run(
    `COPY (SELECT * FROM ${rows}) TO ${sqlText(parts)} (FORMAT parquet, ${by}, OVERWRITE_OR_IGNORE true)`,
  );
  const tables = values.map(async ({ value }) => {
    const part = join(parts, `${column}=${value}`);
    const files = (await readdir(part)).map((name) => sqlFile(join(part, name)));
    return [value, `read_parquet([${files.join(', ')}], hive_partitioning = false)`] as const;
  });
  return new Map(await Promise.all(tables));
}

/** Keeps rows with `predictionId` and `eventTime` in the store, and what tells whether others can match them. */
export async function storeRows({ store, database }: JoinPorts, path: string): Promise<JoinableRows> {
  const match = await matchOf(database, path);
  return match === noMatch ? noRows : { object: await putObjectFile(store, path), ...match };
}

type Match = Pick<JoinableRows, 'origins' | 'eventTimes'>;

const noMatch: Match = { origins: [], eventTimes: null };

/** What tells whether others can match rows with `predictionId` and `eventTime`; nothing can where there are none. */
export async function matchOf(database: Database, path: string): Promise<Match> {
  const table = `read_parquet(${sqlFile(path)})`;
  const [times] = await database.rowsBeside<{ rows: number; first: number | null; last: number | null }>(
    `SELECT count(*)::DOUBLE AS "rows", min("eventTime")::DOUBLE AS "first", max("eventTime")::DOUBLE AS "last" FROM ${table}`,
  );
  if (times === undefined || times.rows === 0) return noMatch;
  const origins = await database.rowsBeside<{ origin: string }>(
    `SELECT DISTINCT split_part("predictionId", '-', 1) AS "origin" FROM ${table} WHERE "predictionId" IS NOT NULL
      LIMIT ${mostOrigins + 1}`,
  );
  return {
    origins: origins.length > mostOrigins ? null : origins.map(({ origin }) => origin).sort(),
    eventTimes: times.first === null || times.last === null ? null : [times.first, times.last],
  };
}

export const noRows: JoinableRows = { object: null, ...noMatch };

/** The rows of some objects, as a table of SQL; undefined without any. */
export async function tableOf(
  { store }: Pick<JoinPorts, 'store'>,
  objects: readonly (string | null | undefined)[],
): Promise<string | undefined> {
  const there = objects.filter((object) => typeof object === 'string');
  const paths = await Promise.all(there.map((object) => store.file(objectKey(object))));
  return paths.length === 0 ? undefined : `read_parquet([${paths.map(sqlFile).join(', ')}])`;
}

/** All rows of some tables and queries, by the names of their columns. */
export function allOf(tables: readonly (string | undefined)[]): string {
  return tables
    .filter((table) => table !== undefined)
    .map((table) => `SELECT * FROM ${table}`)
    .join(' UNION ALL BY NAME ');
}
