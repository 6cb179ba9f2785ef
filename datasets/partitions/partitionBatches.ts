import { type BatchBounds, batchesOf } from '../../core/batches.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { DataPorts } from '../dataPorts.ts';
import { filesHolding, type SourceFile, type SourceIndex } from '../sources/indexSource.ts';
import { localPath, sharedPath } from '../sources/sharedPath.ts';
import { storedPartitions, type Wanted } from './lookUpPartitions.ts';
import { undatedHour } from './partitionKey.ts';
import { validateWanted } from './validateWanted.ts';

/** Partitions to validate, with all that is to be known for it: on any machine that sees the source's files. */
export interface PartitionBatch {
  readonly contract: ContractPlan;
  /** Of the source's files those with rows of these partitions; their paths are as seen from the engine's folder. */
  readonly index: SourceIndex;
  readonly wanted: readonly Wanted[];
}

/**
 * A million rows are a second's work, beside which the 15 ms of handing it out are little, and some 0.3 GB while they
 * are judged. Writing an hour, however few its rows are, takes as long as reading a thousand.
 */
const partitionBounds: BatchBounds = { weight: 1_000_000, count: 1_000 };
const hourWeight = 1_000;

/** What is to be validated, cut into batches of hours that follow each other. */
export function partitionBatches(
  ports: Pick<DataPorts, 'folder'>,
  contract: ContractPlan,
  index: SourceIndex,
  fresh: readonly Wanted[],
  bounds = partitionBounds,
): PartitionBatch[] {
  return batchesOf(fresh, ({ rows }) => rows + hourWeight, bounds).map((wanted) => {
    const files = holding(index, wanted).map((file) => ({ ...file, path: sharedPath(ports, file.path) }));
    return { contract, index: { ...index, files, hours: [], undated: null }, wanted };
  });
}

/**
 * Validates those of a batch's partitions that are not there yet: what an earlier attempt or another worker stored
 * stays. Gives how many it validated. Throws as `validateWanted`.
 */
export async function validateBatch(
  ports: DataPorts,
  { contract, index, wanted }: PartitionBatch,
  onProgress?: (done: number, total: number) => void,
): Promise<number> {
  const stored = await storedPartitions(ports, contract, wanted);
  const left = wanted.filter(({ key }) => !stored.has(key));
  const files = index.files.map((file) => ({ ...file, path: localPath(ports, file.path) }));
  const made = await validateWanted(ports, contract, { ...index, files }, left, onProgress);
  return made.length;
}

function holding({ files }: SourceIndex, wanted: readonly Wanted[]): SourceFile[] {
  const hours = new Set(wanted.map(({ hour }) => hour));
  return filesHolding(files, hours).map((file) => {
    const held = file.hours.filter(({ hour }) => hours.has(hour));
    return { ...file, hours: held, undated: hours.has(undatedHour) ? file.undated : null };
  });
}
