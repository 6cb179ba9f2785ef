import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { type HourRange, pathPartition } from '../../core/pathPartition.ts';
import { type Hour, hourOf } from '../../core/time.ts';
import { digestOf, digestOfFile, digestOfValue } from '../../storage/digest.ts';
import { createJson, readJson } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import { requireUnchanged, stampOf } from './fileStamp.ts';
import type { FoundFile } from './foundFiles.ts';
import { hourOfInstant } from './hourOfInstant.ts';
import { type LocalSource, localSource, type ObjectStamp, passingCopy } from './localSource.ts';
import type { SourceTable, TablePart } from './rawRows.ts';
import { readingSource } from './readingSource.ts';
import { requireFields } from './requireFields.ts';
import { sourceColumns } from './sourceColumns.ts';
import { csvStageVersion, stageCsv } from './stageCsv.ts';
import type { StagedHour } from './stagedHours.ts';
import { stagedPath } from './stagedPath.ts';
import { ndjsonStageVersion, type StagedFile, stageNdjson } from './stageNdjson.ts';
import { canonicalTypes } from './typedColumn.ts';
import { fingerprintedRows, orderFreeHash } from './typedRows.ts';

/** Part of the index's key: raise it when the same file gives another index. */
export const sourceIndexVersion = 3;

/** What one file holds, hour by hour. Stored under its digest, once: it says nothing of where the file lies. */
export interface IndexedFile {
  /** SHA-256 of the file. */
  readonly digest: string;
  /** The Parquet objects that it was turned into, in order; null where the file itself is Parquet. */
  readonly staged: readonly string[] | null;
  /** DuckDB's type of each of the contract's columns, in the contract's order. */
  readonly types: readonly string[];
  /** Hours with rows, in order. `hash` does not depend on the order of an hour's rows. */
  readonly hours: readonly IndexedHour[];
  /** Rows whose event time is null, no date, or not of the years 1 to 9999, and malformed lines. */
  readonly undated: IndexedRows | null;
  /** The newest event time, milliseconds UTC; the earliest date there is when no row has one. */
  readonly newestMs: number;
  /** The hours that its path names, of a source that is partitioned by path. */
  readonly within?: HourRange;
}

/** A source's file. */
export interface SourceFile extends IndexedFile {
  readonly path: string;
}

export interface IndexedRows {
  readonly rows: number;
  readonly hash: string;
}

export interface IndexedHour extends IndexedRows {
  readonly hour: Hour;
}

/**
 * The index of a file, found by its SHA-256 or made with one scan; a file without rows has one without hours. Checks the
 * schema first. Throws `source.unreadable`, `source.changed`, `schema.missing-column`, `schema.wrong-type`.
 */
export async function indexFile(
  ports: DataPorts,
  contract: ContractPlan,
  { path, stamp }: FoundFile,
): Promise<IndexedFile> {
  const before = stamp ?? (await stampOf(path));
  const local = await fetched(ports, contract, path, stamp);
  try {
    const read = await digested(ports, contract, { path, ...local });
    const within = rangeOf(contract, path);
    const as = within === undefined ? indexedAs(contract) : `${indexedAs(contract)}-${within.fromMs}-${within.toMs}`;
    const key = `datasets/${contract.id}/sources/${read.digest}-${sourceIndexVersion}-${as}.json`;
    const found = await readJson<IndexedFile>(ports.store, key);
    const index = found ?? (await scanned(ports, contract, { path, ...local }, { ...read, within }));
    // An object was fetched by its etag: what changed since is another one.
    if (stamp === undefined) await requireUnchanged(path, before);
    if (found === undefined) await createJson(ports.store, key, index);
    return index;
  } finally {
    await local.drop();
  }
}

/** Throws `source.unplaced` where a source is partitioned by path and a path names no hour. */
function rangeOf({ source }: ContractPlan, path: string): HourRange | undefined {
  const range = source.partition === 'path' ? pathPartition(path) : undefined;
  if (range !== undefined || source.partition === 'hour') return range;
  throw new WhetError('source.unplaced', { expected: 'a path that names an hour or a day', came: path });
}

/** Text is staged, and its copy not needed again; Parquet is read as it is, whenever hours of it are validated. */
async function fetched(ports: DataPorts, contract: ContractPlan, path: string, stamp: ObjectStamp | undefined) {
  if (stamp === undefined) return { file: path, drop: async () => {} };
  if (contract.source.kind !== 'parquet') return passingCopy(ports, path, stamp.etag);
  return { ...(await localSource(ports, path, stamp)), drop: async () => {} };
}

/** A file of text as Parquet objects, for who reads all of it and no hour of it again: nothing is scanned. Throws as `indexFile`. */
export async function stagedFile(
  ports: DataPorts,
  contract: ContractPlan,
  { path, stamp }: FoundFile,
): Promise<Staged> {
  const local = await fetched(ports, contract, path, stamp);
  try {
    return await typedTable(ports, contract, { path, ...local }, await digested(ports, contract, { path, ...local }));
  } finally {
    await local.drop();
  }
}

/** The file's rows as Parquet files on this machine. */
export async function tableParts(ports: DataPorts, path: string, index: Staged): Promise<TablePart[]> {
  const { staged, types } = index;
  const files =
    staged === null
      ? [(await localSource(ports, path, { digest: index.digest })).file]
      : await Promise.all(staged.map((digest) => stagedPath(ports.store, digest)));
  const placed = index.within === undefined ? {} : { within: index.within };
  return files.map((file) => ({ file, from: path, types, ...placed }));
}

type Staged = Pick<IndexedFile, 'digest' | 'staged' | 'types' | 'within'>;

/** A source's file, by the name that people know it by, and where its bytes are on this machine. */
interface NamedFile extends LocalSource {
  readonly path: string;
}

/** NDJSON is staged in the one read that its digest takes. */
async function digested(ports: DataPorts, contract: ContractPlan, named: NamedFile): Promise<Digested> {
  const { path, file, digest } = named;
  if (contract.source.kind === 'ndjson') return stageNdjson(ports, contract, file, path);
  return { digest: digest ?? (await digestOfFile(file)) };
}

type Digested = Pick<StagedFile, 'digest'> & Partial<StagedFile>;

/** What a file's index depends on beside its bytes. */
export function indexedAs(contract: ContractPlan): string {
  const columns = contract.columns.map(({ name, type, nullable, coerce }) => {
    return [name, type, nullable, ...(coerce === true ? ['coerce'] : [])];
  });
  const { kind, nulls } = contract.source;
  const stage = { csvStageVersion, ndjsonStageVersion };
  return digestOfValue({ columns, eventTime: contract.eventTime, kind, nulls, stage }).slice(0, 16);
}

async function scanned(
  ports: DataPorts,
  contract: ContractPlan,
  named: NamedFile,
  { within, ...read }: Digested & { readonly within: HourRange | undefined },
): Promise<IndexedFile> {
  const { path } = named;
  const typed = await typedTable(ports, contract, named, read);
  const table: Staged = within === undefined ? typed : { ...typed, within };
  // Of a source that is partitioned by path, hours are what the paths say.
  const told = contract.source.partition === 'hour' ? read.hours : null;
  const groups = told ?? (await scannedHours(ports, contract, path, table));
  // A column that gets another type gives other values under equal hashes: its hours are new ones.
  const typing = digestOfValue(table.types).slice(0, 8);
  const rowsOf = (group: StagedHour): IndexedRows => ({ rows: group.rows, hash: `${group.hash}.${typing}` });
  const undated = groups.find((group) => group.start === null);
  return {
    ...table,
    hours: groups.flatMap((group) => (group.start === null ? [] : [{ hour: hourOf(group.start), ...rowsOf(group) }])),
    undated: undated === undefined ? null : rowsOf(undated),
    newestMs: groups.reduce((newest, group) => Math.max(newest, group.newest ?? earliestMs), earliestMs),
  };
}

async function scannedHours(
  ports: DataPorts,
  contract: ContractPlan,
  path: string,
  table: Staged,
): Promise<StagedHour[]> {
  const source: SourceTable = { name: path, parts: await tableParts(ports, path, table) };
  return readingSource(path, () => ports.database.rows<StagedHour>(scan(contract, source)));
}

async function typedTable(
  ports: DataPorts,
  contract: ContractPlan,
  { path, file }: NamedFile,
  { digest, staged = [], filled }: Digested,
): Promise<Staged> {
  const { kind } = contract.source;
  if (digest === noBytes)
    return { digest, staged: [], types: contract.columns.map(({ type }) => canonicalTypes[type]) };
  if (kind === 'ndjson') {
    const table = { digest, staged, types: contract.columns.map(({ type }) => canonicalTypes[type]) };
    // Mostly known from the lines: to look for them again takes a tenth of what reading took.
    const isFilled = contract.columns.every(({ nullable }, k) => nullable || filled?.has(k) === true);
    if (table.staged.length > 0 && !isFilled)
      await requireFields(ports, contract, { path, file }, await tableParts(ports, path, table));
    return table;
  }
  if (kind === 'parquet')
    return { digest, staged: null, types: await sourceColumns(ports.database, contract, file, path) };
  const lines = await stageCsv(ports, contract, file, path);
  return { digest, staged: [lines], types: contract.columns.map(() => 'VARCHAR') };
}

/** The SHA-256 of a file without a byte: it has no schema either. */
const noBytes = digestOf('');

/** The earliest instant that a JavaScript date can hold. */
export const earliestMs = -8.64e15;

function scan(contract: ContractPlan, source: SourceTable): string {
  // Of a row that lies elsewhere than its path says, the time tells nothing.
  const placed = contract.source.partition === 'path' ? ` FILTER (${hourOfInstant('event')} = hour)` : '';
  return `SELECT CAST(hour AS DOUBLE) AS start, CAST(count(*) AS DOUBLE) AS rows, ${orderFreeHash} AS hash,
    CAST(max(epoch_ms(event))${placed} AS DOUBLE) AS newest
    FROM (${fingerprintedRows(contract, source)}) GROUP BY start ORDER BY start`;
}
