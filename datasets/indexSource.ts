import { stat } from 'node:fs/promises';
import { WhetError } from '../core/errors.ts';
import type { ContractPlan } from '../core/plan.ts';
import { type Hour, hourOf } from '../core/time.ts';
import { digestOfFile, digestOfValue } from '../storage/digest.ts';
import { createJson, objectKey, readJson } from '../storage/objects.ts';
import type { DataPorts } from './dataPorts.ts';
import { readingSource } from './readingSource.ts';
import { requireBytes, sourceColumns } from './sourceColumns.ts';
import { sourceFile } from './sourceFile.ts';
import { csvStageVersion, stageCsv } from './stageCsv.ts';
import { fingerprintedRows, orderFreeHash } from './typedRows.ts';

/** Part of the index's key: raise it when the same file gives another index. */
export const sourceIndexVersion = 1;

/** What a source file holds, hour by hour, so that a run reads only the hours that changed. */
export interface SourceIndex {
  /** SHA-256 of the source file. */
  readonly digest: string;
  /** The Parquet file to read rows from: the source itself, or the object a CSV file was turned into. */
  readonly file: string;
  /** Hours with rows, in order. `hash` does not depend on the order of an hour's rows. */
  readonly hours: readonly IndexedHour[];
  /** Rows whose event time is null, no date, or not of the years 1 to 9999, and malformed lines. */
  readonly undated: IndexedRows | null;
  /** The newest event time, milliseconds UTC; the earliest date there is when no row has one. */
  readonly newestMs: number;
}

export interface IndexedRows {
  readonly rows: number;
  readonly hash: string;
}

export interface IndexedHour extends IndexedRows {
  readonly hour: Hour;
}

/** The index as stored: the path of the file may change, its content may not. */
type StoredIndex = Omit<SourceIndex, 'file'> & { readonly staged: string | null };

/**
 * The index of a contract's source, found by the file's SHA-256 or made with one scan. Checks the schema first. Throws
 * `source.unreadable`, `source.empty`, `source.changed`, `schema.missing-column`, `schema.wrong-type`, `sample.unknown`.
 */
export async function indexSource(ports: DataPorts, contract: ContractPlan): Promise<SourceIndex> {
  const path = await sourceFile(ports, contract.source);
  await requireBytes(path);
  const before = await stampOf(path);
  const digest = await digestOfFile(path);
  const key = `datasets/${contract.id}/sources/${digest}-${sourceIndexVersion}-${columnsDigest(contract)}.json`;
  const found = await readJson<StoredIndex>(ports.store, key);
  const index = found ?? (await scanned(ports, contract, path, digest));
  await requireUnchanged(path, before);
  if (found === undefined) await createJson(ports.store, key, index);
  const { staged, ...rest } = index;
  return { ...rest, file: staged === null ? path : await ports.store.file(objectKey(staged)) };
}

function columnsDigest(contract: ContractPlan): string {
  const columns = contract.columns.map(({ name, type }) => [name, type]);
  const { kind } = contract.source;
  return digestOfValue({ columns, eventTime: contract.eventTime, kind, csvStageVersion }).slice(0, 16);
}

async function stampOf(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  return `${size} bytes of ${new Date(mtimeMs).toISOString()} (${ino})`;
}

async function requireUnchanged(path: string, before: string): Promise<void> {
  const after = await stampOf(path);
  if (after === before) return;
  throw new WhetError('source.changed', { expected: `${path} to stay as it was: ${before}`, came: after });
}

async function scanned(ports: DataPorts, contract: ContractPlan, path: string, digest: string): Promise<StoredIndex> {
  const staged = contract.source.kind === 'csv' ? await stageCsv(ports, contract, path) : null;
  const file = staged === null ? path : await ports.store.file(objectKey(staged));
  const types = await sourceColumns(ports.database, contract, file);
  const groups = await readingSource(path, () => ports.database.rows<ScannedHour>(scan(contract, file, types)));
  if (groups.length === 0) throw new WhetError('source.empty', { expected: `rows in ${path}`, came: 'none' });
  // A column that gets another type gives other values under equal hashes: its hours are new ones.
  const typing = digestOfValue(types).slice(0, 8);
  const rowsOf = (group: ScannedHour): IndexedRows => ({ rows: group.rows, hash: `${group.hash}.${typing}` });
  const undated = groups.find((group) => group.start === null);
  return {
    digest,
    staged,
    hours: groups.flatMap((group) => (group.start === null ? [] : [{ hour: hourOf(group.start), ...rowsOf(group) }])),
    undated: undated === undefined ? null : rowsOf(undated),
    newestMs: groups.reduce((newest, group) => Math.max(newest, group.newest ?? earliestMs), earliestMs),
  };
}

/** The earliest instant that a JavaScript date can hold. */
const earliestMs = -8.64e15;

interface ScannedHour {
  readonly start: number | null;
  readonly rows: number;
  readonly hash: string;
  readonly newest: number | null;
}

function scan(contract: ContractPlan, file: string, types: readonly string[]): string {
  const start = `CAST(epoch_ms(date_trunc('hour', event)) AS DOUBLE)`;
  return `SELECT ${start} AS start, CAST(count(*) AS DOUBLE) AS rows, ${orderFreeHash} AS hash,
    CAST(max(epoch_ms(event)) AS DOUBLE) AS newest
    FROM (${fingerprintedRows(contract, { file, types })}) GROUP BY start ORDER BY start`;
}
