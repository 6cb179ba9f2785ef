import type { ContractPlan } from '../core/plan.ts';
import type { DataPorts } from './dataPorts.ts';
import { type IndexedFile, type IndexedHour, type IndexedRows, indexFile, tableParts } from './indexFile.ts';
import type { SourceTable } from './rawRows.ts';
import { sourceFile } from './sourceFile.ts';

export { type IndexedHour, type IndexedRows, sourceIndexVersion } from './indexFile.ts';

/** What a source holds, hour by hour, so that a run reads only the hours that changed. */
export interface SourceIndex {
  /** The id of all its bytes: SHA-256 of the source file. */
  readonly digest: string;
  /** The source for people: its path. */
  readonly name: string;
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

/**
 * The index of a contract's source. Throws `source.unreadable`, `source.empty`, `source.changed`,
 * `schema.missing-column`, `schema.wrong-type`, `sample.unknown`.
 */
export async function indexSource(ports: DataPorts, contract: ContractPlan): Promise<SourceIndex> {
  const path = await sourceFile(ports, contract.source);
  const index = await indexFile(ports, contract, path);
  const { digest, hours, undated, newestMs } = index;
  return { digest, name: path, files: [{ ...index, path }], hours, undated, newestMs };
}

/** The source's rows as Parquet files on this machine. Throws `storage.missing`. */
export async function sourceTable(ports: DataPorts, index: SourceIndex): Promise<SourceTable> {
  const parts = await Promise.all(index.files.map((file) => tableParts(ports, file.path, file)));
  return { name: index.name, parts: parts.flat() };
}
