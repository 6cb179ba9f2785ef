import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { Hour } from '../../core/time.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import type { DataPorts } from '../dataPorts.ts';
import { undatedHour } from '../partitions/partitionKey.ts';
import { earliestMs, type IndexedHour, type IndexedRows, type SourceFile, tableParts } from './indexFile.ts';
import { type FilesLook, indexLookedFiles, lookAtFiles } from './indexFiles.ts';
import type { KnownFiles } from './knownFiles.ts';
import type { SourceTable } from './rawRows.ts';
import { sourceFiles } from './sourceFiles.ts';
import { type UnitedHours, unitedHours, unitedRows } from './unitedHours.ts';

export { type IndexedHour, type IndexedRows, type SourceFile, sourceIndexVersion } from './indexFile.ts';

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
  const files = await indexLookedFiles(ports, contract, look);
  const digests = files.map(({ digest }) => digest);
  const undated = files.flatMap((file) => file.undated ?? []);
  const hours = hoursOf(ports.store, `${contract.id} ${name}`, files);
  if (hours.length === 0 && undated.length === 0) {
    throw new WhetError('source.empty', { expected: `rows in ${name}`, came: 'none' });
  }
  return {
    digest: single ? (digests[0] ?? '') : digestOfValue(digests),
    name,
    files,
    hours,
    undated: undated.length === 0 ? null : unitedRows(undated),
    newestMs: files.reduce((newest, file) => Math.max(newest, file.newestMs), earliestMs),
  };
}

/** United last, for the next look at the same source. */
function hoursOf(store: ObjectStore, name: string, files: readonly SourceFile[]): readonly IndexedHour[] {
  const ofStore = unitedLast.get(store) ?? new Map<string, UnitedHours>();
  const united = unitedHours(files, ofStore.get(name));
  unitedLast.set(store, ofStore.set(name, united));
  return united.hours;
}

const unitedLast = new WeakMap<ObjectStore, Map<string, UnitedHours>>();

/**
 * Those of a source's rows that lie in some hours, as Parquet files on this machine: files with none of them are left
 * out. `undated` names the rows without an event time. Throws `storage.missing`.
 */
export async function sourceTable(
  ports: DataPorts,
  index: SourceIndex,
  hours: readonly { readonly hour: Hour | 'undated' }[],
): Promise<SourceTable> {
  const holding = filesHolding(index.files, new Set(hours.map(({ hour }) => hour)));
  const parts = await concurrently(holding, storeHands, (file) => tableParts(ports, file.path, file));
  return { name: index.name, parts: parts.flat() };
}

/** Those of some files that have rows of some hours. */
export function filesHolding(
  files: readonly SourceFile[],
  hours: ReadonlySet<Hour | typeof undatedHour>,
): SourceFile[] {
  const holding: SourceFile[] = [];
  for (const file of files) if (hasRowsOf(file, hours)) holding.push(file);
  return holding;
}

function hasRowsOf({ hours: own, undated }: SourceFile, hours: ReadonlySet<Hour | typeof undatedHour>): boolean {
  if (undated !== null && hours.has(undatedHour)) return true;
  for (const { hour } of own) if (hours.has(hour)) return true;
  return false;
}
