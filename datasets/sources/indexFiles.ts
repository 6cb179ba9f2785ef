import type { ContractPlan } from '../../core/contractPlan.ts';
import { concurrently } from '../../storage/concurrently.ts';
import { digestOfValue } from '../../storage/digest.ts';
import { putJson, rememberedHint } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import { type FileStamp, settledMs, stampsOf } from './fileStamp.ts';
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
  /** The file's name on all machines. */
  readonly name: string;
  readonly stamp: FileStamp;
  readonly index: IndexedFile | undefined;
  /** Whether it is noted with most of the others. */
  readonly isNoted: boolean;
}

export interface FilesLook {
  /** In the order of the files asked for. */
  readonly files: readonly LookedFile[];
  readonly known: KnownNotes;
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
  const known = await knownNotes(ports, contract);
  const settled = await settledMs();
  const stamps = await stampsOf(files.filter(({ stamp }) => stamp === undefined).map(({ path }) => path));
  const looked: LookedFile[] = [];
  let next = 0;
  for (const file of files) {
    const stamp = file.stamp ?? stamps[next++];
    if (stamp === undefined) continue;
    const name = sharedPath(ports, file.path);
    const noted = ofStamp(known.whole[name], stamp);
    const index = noted ?? ofStamp(known.later[name], stamp) ?? ofStamp(more[name], stamp);
    looked.push({ file, name, stamp, index, isNoted: noted !== undefined });
  }
  return { files: looked, known, settled };
}

function ofStamp(known: KnownFile | undefined, { id }: FileStamp): IndexedFile | undefined {
  return known?.stamp === id ? known.index : undefined;
}

/** The indexes of files that were looked at, in their order: read, where they are to be. Throws as `indexFile`. */
export async function indexLookedFiles(
  ports: DataPorts,
  contract: ContractPlan,
  { files, known, settled }: FilesLook,
): Promise<IndexedFile[]> {
  const read = await readFiles(ports, contract, files);
  await note(ports, contract, known, settledFiles(read, settled));
  return read.map(({ index }) => index);
}

/** Reads some of a source's files, and gives what is then known of them. Throws as `indexFile`. */
export async function indexFiles(
  ports: DataPorts,
  contract: ContractPlan,
  files: readonly FoundFile[],
): Promise<KnownFiles> {
  const look = await lookAtFiles(ports, contract, files);
  return knownFiles(settledFiles(await readFiles(ports, contract, look.files), look.settled));
}

/** What was known of all files once, and of those that changed since: a run with one new file writes one. */
interface KnownNotes {
  readonly whole: KnownFiles;
  readonly later: KnownFiles;
}

async function knownNotes(ports: DataPorts, contract: ContractPlan): Promise<KnownNotes> {
  const read = async (key: string): Promise<KnownFiles> => (await rememberedHint<KnownFiles>(ports.store, key)) ?? {};
  const [whole, later] = await Promise.all([read(knownKey(contract)), read(laterKey(contract))]);
  return { whole, later };
}

/** So many files are noted beside the others; more become one note with them. */
const laterAtMost = 64;

async function note(
  ports: DataPorts,
  contract: ContractPlan,
  known: KnownNotes,
  now: readonly ReadFile[],
): Promise<void> {
  const later = now.filter(({ isNoted }) => !isNoted);
  const gone = Object.keys(known.whole).length + later.length - now.length;
  if (later.length > laterAtMost || gone > laterAtMost) {
    await putJson(ports.store, knownKey(contract), knownFiles(now));
    await ports.store.remove(laterKey(contract));
    return;
  }
  const isLater = ({ name, stamp }: ReadFile): boolean => known.later[name]?.stamp === stamp.id;
  if (later.every(isLater) && later.length >= Object.keys(known.later).length) return;
  await putJson(ports.store, laterKey(contract), knownFiles(later));
}

function knownKey(contract: ContractPlan): string {
  const id = digestOfValue({ at: contract.source.at, version: sourceIndexVersion, as: indexedAs(contract) });
  return `datasets/${contract.id}/sources/known-${id.slice(0, 16)}.json`;
}

function laterKey(contract: ContractPlan): string {
  return knownKey(contract).replace('/known-', '/known-later-');
}

interface ReadFile extends LookedFile {
  readonly index: IndexedFile;
}

async function readFiles(ports: DataPorts, contract: ContractPlan, files: readonly LookedFile[]): Promise<ReadFile[]> {
  const unread = files.filter(({ index }) => index === undefined);
  const indexes = await concurrently(unread, ports.database.mostBeside, ({ file }) => indexFile(ports, contract, file));
  const read = new Map(unread.map((one, at) => [one, indexes[at]]));
  return files.flatMap((one) => {
    const index = one.index ?? read.get(one);
    return index === undefined ? [] : [one.index === undefined ? { ...one, index } : (one as ReadFile)];
  });
}

/** A file that changed a moment ago is read again the next time. */
function settledFiles(read: readonly ReadFile[], settled: number): ReadFile[] {
  return read.filter(({ stamp }) => stamp.changedMs < settled);
}

function knownFiles(read: readonly ReadFile[]): KnownFiles {
  return Object.fromEntries(read.map(({ name, stamp, index }) => [name, { stamp: stamp.id, index }]));
}
