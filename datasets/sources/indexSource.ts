import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { Hour } from '../../core/time.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { DataPorts } from '../dataPorts.ts';
import { undatedHour } from '../partitions/partitionKey.ts';
import { earliestMs, type IndexedFile, type IndexedHour, type IndexedRows, tableParts } from './indexFile.ts';
import { type FilesLook, indexLookedFiles, type KnownFiles, lookAtFiles } from './indexFiles.ts';
import type { SourceTable } from './rawRows.ts';
import { sourceFiles } from './sourceFiles.ts';

export { type IndexedHour, type IndexedRows, sourceIndexVersion } from './indexFile.ts';

/** What a source holds, hour by hour, so that a run reads only the hours that changed. */
export interface SourceIndex {
  /** The id of all its bytes: of a file its SHA-256, of several files the SHA-256 over theirs, in order. */
  readonly digest: string;
  /** The source for people: its path or pattern. */
  readonly name: string;
  /** In the order of their paths, which is the order of the source's rows. */
  readonly files: readonly SourceFile[];
  /** Hours with rows, in order. `hash` does not depend on the order of an hour's rows. */
  readonly hours: readonly IndexedHour[];
  /** Rows whose event time is null, no date, or not of the years 1 to 9999, and malformed lines. */
  readonly undated: IndexedRows | null;
  /** The newest event time, milliseconds UTC; the earliest date there is when no row has one. */
  readonly newestMs: number;
}

export interface SourceFile extends IndexedFile {
  readonly path: string;
}

/** The files of a source, and which of them are to be read. */
export interface SourceLook extends FilesLook {
  readonly name: string;
  readonly single: boolean;
}

/** Looks at a source's files. Throws `source.unreadable`, `source.empty`, `sample.unknown`, `sample.not-installed`. */
export async function lookAtSource(ports: DataPorts, contract: ContractPlan, more?: KnownFiles): Promise<SourceLook> {
  const { name, single, files } = await sourceFiles(ports, contract.source);
  return { name, single, ...(await lookAtFiles(ports, contract, files, more)) };
}

/**
 * The index of a contract's source: looks at its files, and reads those that are new. Throws as `lookAtSource` and
 * `indexLookedSource`.
 */
export async function indexSource(ports: DataPorts, contract: ContractPlan): Promise<SourceIndex> {
  return indexLookedSource(ports, contract, await lookAtSource(ports, contract));
}

/**
 * The index of a source that was looked at: the union of its files'. Throws `source.unreadable`, `source.empty`,
 * `source.changed`, `schema.missing-column`, `schema.wrong-type`.
 */
export async function indexLookedSource(
  ports: DataPorts,
  contract: ContractPlan,
  { name, single, ...look }: SourceLook,
): Promise<SourceIndex> {
  const indexes = await indexLookedFiles(ports, contract, look);
  const digests = indexes.map(({ digest }) => digest);
  const undated = indexes.flatMap((index) => (index.undated === null ? [] : [index.undated]));
  const hours = unitedHours(indexes);
  if (hours.length === 0 && undated.length === 0) {
    throw new WhetError('source.empty', { expected: `rows in ${name}`, came: 'none' });
  }
  return {
    digest: single ? (digests[0] ?? '') : digestOfValue(digests),
    name,
    files: look.files.flatMap(({ file: { path } }, at) =>
      indexes[at] === undefined ? [] : [{ ...indexes[at], path }],
    ),
    hours,
    undated: undated.length === 0 ? null : unitedRows(undated),
    newestMs: indexes.reduce((newest, index) => Math.max(newest, index.newestMs), earliestMs),
  };
}

function unitedHours(indexes: readonly IndexedFile[]): IndexedHour[] {
  const byHour = new Map<Hour, [IndexedHour, ...IndexedHour[]]>();
  for (const { hours } of indexes) {
    for (const rows of hours) {
      const there = byHour.get(rows.hour);
      if (there === undefined) byHour.set(rows.hour, [rows]);
      else there.push(rows);
    }
  }
  const united = [...byHour.values()].map((all) =>
    all.length === 1 ? all[0] : { hour: all[0].hour, ...unitedRows(all) },
  );
  return united.sort((a, b) => (a.hour < b.hour ? -1 : 1));
}

/** The same rows have the same hash, however many files they lie in, as long as their columns have the same types. */
function unitedRows(all: readonly IndexedRows[]): IndexedRows {
  const [only] = all;
  if (only !== undefined && all.length === 1) return { rows: only.rows, hash: only.hash };
  const hashes = all.map(({ hash }) => hash.split('.'));
  const sum = hashes.reduce((total, [one = '0']) => total + BigInt(one), 0n);
  const xor = hashes.reduce((mixed, [, one = '0']) => mixed ^ BigInt(one), 0n);
  const typings = [...new Set(hashes.map(([, , typing = '']) => typing))].sort();
  const typing = typings.length === 1 ? typings[0] : digestOfValue(typings).slice(0, 8);
  return { rows: all.reduce((total, { rows }) => total + rows, 0), hash: `${sum}.${xor}.${typing}` };
}

/**
 * Those of a source's rows that lie in some hours, as Parquet files on this machine: files with none of them are left
 * out. `undated` names the rows without an event time. Throws `storage.missing`.
 */
export async function sourceTable(
  ports: DataPorts,
  index: SourceIndex,
  hours: readonly { readonly hour: Hour | 'undated' }[],
): Promise<SourceTable> {
  const wanted = new Set(hours.map(({ hour }) => hour));
  const holding = index.files.filter(
    (file) => (file.undated !== null && wanted.has(undatedHour)) || file.hours.some(({ hour }) => wanted.has(hour)),
  );
  const parts = await concurrently(holding, storeHands, (file) => tableParts(ports, file.path, file));
  return { name: index.name, parts: parts.flat() };
}
