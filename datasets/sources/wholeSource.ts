import { stat } from 'node:fs/promises';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOf, digestOfFile, digestOfValue } from '../../storage/digest.ts';
import type { DataPorts } from '../dataPorts.ts';
import { type FileStamp, requireUnchanged, stampOf } from './fileStamp.ts';
import type { FoundFile } from './foundFiles.ts';
import { localSource } from './localSource.ts';
import type { SourceTable, TablePart } from './rawRows.ts';
import { sourceColumns } from './sourceColumns.ts';
import { sourceFiles } from './sourceFiles.ts';

/**
 * Does work with all rows of a source, of which nothing is indexed and nothing kept. `digest` is the id of all its bytes
 * as in an index: Parquet's is made beside the work. Throws `source.unreadable`, `source.empty` where there is no file,
 * `source.changed`, `schema.missing-column`, `schema.wrong-type`.
 */
export async function wholeSource<T>(
  ports: DataPorts,
  contract: ContractPlan,
  work: (table: SourceTable) => Promise<T>,
): Promise<{ readonly digest: string; readonly result: T }> {
  const { name, single, files } = await sourceFiles(ports, contract.source);
  const opened = await concurrently(files, ports.database.mostBeside, (file) => openedFile(ports, contract, file));
  const [digests, result] = await Promise.all([
    concurrently(opened, storeHands, ({ digest }) => digest()),
    work({ name, parts: opened.flatMap(({ parts }) => parts) }),
  ]);
  await concurrently(opened, storeHands, ({ unchanged }) => unchanged());
  return { digest: single ? (digests[0] ?? '') : digestOfValue(digests), result };
}

interface OpenedFile {
  readonly parts: readonly TablePart[];
  digest(): Promise<string>;
  unchanged(): Promise<void>;
}

async function openedFile(ports: DataPorts, contract: ContractPlan, found: FoundFile): Promise<OpenedFile> {
  const before = found.stamp === undefined ? await stampOf(found.path) : undefined;
  const unchanged = (): Promise<void> => requireSame(found.path, before);
  if (contract.source.kind === 'parquet') return { ...(await parquetFile(ports, contract, found)), unchanged };
  // Parquet needs nothing of what stages text: a third of all modules of the data room.
  const { stagedFile, tableParts } = await import('./indexFile.ts');
  const staged = await stagedFile(ports, contract, found);
  return { parts: await tableParts(ports, found.path, staged), digest: async () => staged.digest, unchanged };
}

/** An object was fetched by its etag: what changed since is another one. */
async function requireSame(path: string, before: FileStamp | undefined): Promise<void> {
  if (before !== undefined) await requireUnchanged(path, before);
}

async function parquetFile(ports: DataPorts, contract: ContractPlan, { path, stamp }: FoundFile) {
  const { file, digest } = await localSource(ports, path, stamp);
  if ((await stat(file)).size === 0) return { parts: [], digest: async () => digestOf('') };
  const types = await sourceColumns(ports.database, contract, file, path);
  return { parts: [{ file, from: path, types }], digest: async () => digest ?? digestOfFile(file) };
}
