import type { ContractPlan } from '../../core/contractPlan.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOfValue } from '../../storage/digest.ts';
import { putJson, readHint } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import { type FileStamp, settledMs, stampOf } from './fileStamp.ts';
import type { FoundFile } from './foundFiles.ts';
import { type IndexedFile, indexedAs, indexFile, sourceIndexVersion } from './indexFile.ts';
import { sharedPath } from './sharedPath.ts';

/** A file's index, and the stamp that the file had when it was read. */
interface KnownFile {
  readonly stamp: string;
  readonly index: IndexedFile;
}

/** By the files' names on all machines. */
export type KnownFiles = Readonly<Record<string, KnownFile>>;

/** A file, what it is now by its stamp, and its index if it was read as it is. */
export interface LookedFile {
  readonly file: FoundFile;
  readonly stamp: FileStamp;
  readonly index: IndexedFile | undefined;
}

export interface FilesLook {
  /** In the order of the files asked for. */
  readonly files: readonly LookedFile[];
  readonly known: KnownFiles;
  /** A moment before which a file had settled: one that changed later may change once more and keep its stamp. */
  readonly settled: number;
}

/**
 * Looks which files are to be read: one whose stamp is the one that it was read under is not. What is known of a source's
 * files is one object in the store, and `more` that others found out. It is a hint, which anyone may overwrite or remove:
 * whatever it lacks is found under the digest of a file's bytes.
 */
export async function lookAtFiles(
  ports: DataPorts,
  contract: ContractPlan,
  files: readonly FoundFile[],
  more: KnownFiles = {},
): Promise<FilesLook> {
  const known = (await readHint<KnownFiles>(ports.store, knownKey(contract))) ?? {};
  const settled = await settledMs();
  const looked = await concurrently(files, storeHands, async (file): Promise<LookedFile> => {
    const { stamp = await stampOf(file.path) } = file;
    const name = sharedPath(ports, file.path);
    const index = [more[name], known[name]].find((one) => one?.stamp === stamp.id)?.index;
    return { file, stamp, index };
  });
  return { files: looked, known, settled };
}

/** The indexes of files that were looked at, in their order: read, where they are to be. Throws as `indexFile`. */
export async function indexLookedFiles(
  ports: DataPorts,
  contract: ContractPlan,
  { files, known, settled }: FilesLook,
): Promise<IndexedFile[]> {
  const read = await readFiles(ports, contract, files);
  const now = knownFiles(ports, read, settled);
  if (hasNews(known, now)) await putJson(ports.store, knownKey(contract), now);
  return read.map(({ index }) => index);
}

/** Reads some of a source's files, and gives what is then known of them. Throws as `indexFile`. */
export async function indexFiles(
  ports: DataPorts,
  contract: ContractPlan,
  files: readonly FoundFile[],
): Promise<KnownFiles> {
  const look = await lookAtFiles(ports, contract, files);
  return knownFiles(ports, await readFiles(ports, contract, look.files), look.settled);
}

function knownKey(contract: ContractPlan): string {
  const id = digestOfValue({ at: contract.source.at, version: sourceIndexVersion, as: indexedAs(contract) });
  return `datasets/${contract.id}/sources/known-${id.slice(0, 16)}.json`;
}

interface ReadFile extends LookedFile {
  readonly index: IndexedFile;
}

function readFiles(ports: DataPorts, contract: ContractPlan, files: readonly LookedFile[]): Promise<ReadFile[]> {
  return concurrently(files, ports.database.mostBeside, async (looked) => ({
    ...looked,
    index: looked.index ?? (await indexFile(ports, contract, looked.file)),
  }));
}

/** A file that changed a moment ago is read again the next time. */
function knownFiles(ports: DataPorts, read: readonly ReadFile[], settled: number): KnownFiles {
  const known = read.filter(({ stamp }) => stamp.changedMs < settled);
  return Object.fromEntries(
    known.map(({ file, stamp, index }) => [sharedPath(ports, file.path), { stamp: stamp.id, index }]),
  );
}

function hasNews(before: KnownFiles, now: KnownFiles): boolean {
  const paths = Object.keys(now);
  return paths.length !== Object.keys(before).length || paths.some((path) => before[path]?.stamp !== now[path]?.stamp);
}
