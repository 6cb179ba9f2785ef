import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import type { FileDigest } from '../../core/sourceChanges.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObjectJson, putJson, putObjectJson, readHint } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import { filesHolding, type SourceIndex } from '../sources/indexSource.ts';
import { keepFiles, readFiles } from '../sources/keptFiles.ts';
import { filesOf } from '../sources/seenFiles.ts';
import { keepParts } from './keptParts.ts';
import { undatedHour } from './partitionKey.ts';
import type { ValidatedPartitions } from './validatePartitions.ts';

/** What was found in a run's window. An object, made before the window is judged: one that is refused is kept too. */
export interface KeptWindow {
  /** `objects/<sha256>` of the contract, and the list of the window's `PartitionVersion`s (`readParts`). */
  readonly contract: string;
  readonly partitions: string;
  readonly undated: PartitionVersion | null;
  /** The source's files with rows of the window, as they were indexed. */
  readonly sources: readonly FileDigest[];
}

/** As it is stored: the files are a list (`readFiles`). One of an earlier version holds them itself. */
type StoredWindow = (Omit<KeptWindow, 'sources'> & { readonly files: string }) | KeptWindow;

/** Where a window was kept: `objects/<sha256>` of it, and the list of its `PartitionVersion`s. */
export interface WindowPlace {
  readonly window: string;
  readonly partitions: string;
}

/** Keeps what was found. */
export async function keepWindow(
  ports: Pick<DataPorts, 'store' | 'folder'>,
  contract: ContractPlan,
  index: SourceIndex,
  { parts, undated }: Pick<ValidatedPartitions, 'parts' | 'undated'>,
): Promise<WindowPlace> {
  const files = filesHolding(index.files, new Set([...parts.map(({ hour }) => hour), undatedHour]));
  const window: StoredWindow = {
    contract: await putObjectJson(ports.store, contract),
    partitions: await keepParts(ports.store, parts),
    undated,
    files: await keepFiles(ports.store, filesOf(ports, { ...index, files })),
  };
  return { window: await putObjectJson(ports.store, window), partitions: window.partitions };
}

/** Throws `storage.missing`, `storage.damaged`. */
export async function readWindow(store: ObjectStore, window: string): Promise<KeptWindow> {
  const stored = await getObjectJson<StoredWindow>(store, window);
  if ('sources' in stored) return stored;
  const { files, ...kept } = stored;
  return { ...kept, sources: await readFiles(store, files) };
}

/** Says which window of a contract was looked at last: a hint for people, no decision. */
export function pointAtWindow(store: ObjectStore, contractId: string, window: string): Promise<void> {
  return putJson(store, pointerKey(contractId), { window });
}

/** The window that was looked at last, accepted or refused; undefined before the first. */
export async function latestWindow(store: ObjectStore, contractId: string): Promise<KeptWindow | undefined> {
  const hint = await readHint<{ window: string }>(store, pointerKey(contractId));
  return hint === undefined ? undefined : readWindow(store, hint.window);
}

function pointerKey(contractId: string): string {
  return `datasets/${contractId}/window.json`;
}
