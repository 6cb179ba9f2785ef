import { type BatchBounds, batchesOf } from '../../core/batches.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { FoundFile } from './foundFiles.ts';
import { indexFiles } from './indexFiles.ts';
import type { SourceLook } from './indexSource.ts';
import type { KnownFiles } from './knownFiles.ts';
import { localPath, sharedPath } from './sharedPath.ts';

/** Files of a source to read, with paths as all machines name them. */
export interface FileBatch {
  readonly contract: ContractPlan;
  readonly files: readonly FoundFile[];
}

/**
 * In bytes: of text they are about a second's work. To open and note a file, however small it is, takes as long as
 * reading a megabyte.
 */
const fileBounds: BatchBounds = { weight: 128e6, count: 1_000 };
const fileWeight = 1e6;

/** The files of a source that are to be read, cut into batches. */
export function fileBatches(
  ports: Pick<DataPorts, 'folder'>,
  contract: ContractPlan,
  { files }: SourceLook,
  bounds = fileBounds,
): FileBatch[] {
  const unread = files.filter(({ index }) => index === undefined);
  return batchesOf(unread, ({ stamp }) => stamp.bytes + fileWeight, bounds).map((batch) => ({
    contract,
    files: batch.map(({ file }) => ({ ...file, path: sharedPath(ports, file.path) })),
  }));
}

/** Reads a batch's files, and gives what is then known of them. Throws as `indexFile`. */
export function readFileBatch(ports: DataPorts, { contract, files }: FileBatch): Promise<KnownFiles> {
  const here = files.map((file) => ({ ...file, path: localPath(ports, file.path) }));
  return indexFiles(ports, contract, here);
}
