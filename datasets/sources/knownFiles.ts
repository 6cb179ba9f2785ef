import type { ContractPlan } from '../../core/contractPlan.ts';
import { digestOf, digestOfValue } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putJson, readHint } from '../../storage/objects.ts';
import { openHint, sealedJson } from '../../storage/sealedJson.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { FileStamp } from './fileStamp.ts';
import type { FoundFile } from './foundFiles.ts';
import { type IndexedFile, indexedAs, type SourceFile, sourceIndexVersion } from './indexFile.ts';

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
  readonly index: SourceFile | undefined;
  /** Whether it is noted with most of the others. */
  readonly isNoted: boolean;
}

export interface ReadFile extends LookedFile {
  readonly index: SourceFile;
}

/** What was known of all files once, and of those that changed since: a run with one new file writes one. */
export interface KnownNotes {
  readonly whole: WholeNote;
  readonly later: LaterNote;
  /** Files as this process saw them last, in the order of the source: those that had settled then. */
  readonly looked: readonly ReadFile[];
}

interface WholeNote {
  /** SHA-256 of its bytes; null where there is none. */
  readonly id: string | null;
  readonly files: KnownFiles;
  readonly count: number;
}

/** As it is stored. It names the note that it lies beside: who remembers that need not read it. */
interface LaterNote {
  readonly beside: string | null;
  readonly files: KnownFiles;
}

/**
 * What is known of a source's files: two objects in the store, and what this process remembers. They are hints, which
 * anyone may overwrite or remove.
 */
export async function knownNotes(ports: DataPorts, contract: ContractPlan): Promise<KnownNotes> {
  const remembered = memoryOf(ports, contract);
  const later = await readLater(ports.store, contract);
  const isSame = remembered.whole.id !== null && remembered.whole.id === later.beside;
  // To ask whether it is there says that it is in use, as a read would.
  const isThere = isSame && (await ports.store.has(knownKey(contract)));
  const whole = isThere ? remembered.whole : await readWhole(ports.store, contract);
  const looked = whole.id !== null && whole.id === remembered.whole.id ? remembered.looked : [];
  remember(ports, contract, { whole, looked });
  return { whole, later, looked };
}

/** Notes of earlier versions hold the files themselves. */
async function readLater(store: ObjectStore, contract: ContractPlan): Promise<LaterNote> {
  const noted = await readHint<LaterNote | KnownFiles>(store, laterKey(contract));
  const isNow = (note: LaterNote | KnownFiles): note is LaterNote =>
    note.beside === null || typeof note.beside === 'string';
  if (noted === undefined) return { beside: null, files: {} };
  return isNow(noted) ? noted : { beside: null, files: noted };
}

async function readWhole(store: ObjectStore, contract: ContractPlan): Promise<WholeNote> {
  const stored = await store.read(knownKey(contract));
  const files = stored === undefined ? undefined : openHint<KnownFiles>(knownKey(contract), stored.bytes);
  if (stored === undefined || files === undefined) return nothing;
  return { id: digestOf(stored.bytes), files, count: Object.keys(files).length };
}

const nothing: WholeNote = { id: null, files: {}, count: 0 };

/** So many files are noted beside the others; more become one note with them. */
const laterAtMost = 64;

/** Notes files that had settled when they were looked at. */
export async function noteFiles(
  ports: DataPorts,
  contract: ContractPlan,
  { whole, later: noted }: KnownNotes,
  looked: readonly ReadFile[],
): Promise<void> {
  const later = looked.filter(({ isNoted }) => !isNoted);
  const gone = whole.count + later.length - looked.length;
  if (later.length > laterAtMost || gone > laterAtMost) return noteAll(ports, contract, looked);
  remember(ports, contract, { whole, looked });
  const isLater = ({ name, stamp }: ReadFile): boolean => noted.files[name]?.stamp === stamp.id;
  const isSame = later.every(isLater) && later.length >= Object.keys(noted.files).length;
  if (isSame && noted.beside === whole.id) return;
  await putJson(ports.store, laterKey(contract), { beside: whole.id, files: knownFiles(later) } satisfies LaterNote);
}

async function noteAll(ports: DataPorts, contract: ContractPlan, looked: readonly ReadFile[]): Promise<void> {
  const files = knownFiles(looked);
  const bytes = sealedJson(files);
  const whole = { id: digestOf(bytes), files, count: looked.length };
  await ports.store.put(knownKey(contract), bytes);
  await putJson(ports.store, laterKey(contract), { beside: whole.id, files: {} } satisfies LaterNote);
  remember(ports, contract, { whole, looked: looked.map((one) => ({ ...one, isNoted: true })) });
}

export function knownFiles(read: readonly ReadFile[]): KnownFiles {
  return Object.fromEntries(
    read.map(({ name, stamp, index: { path: _, ...index } }) => [name, { stamp: stamp.id, index }]),
  );
}

function knownKey(contract: ContractPlan): string {
  const id = digestOfValue({ at: contract.source.at, version: sourceIndexVersion, as: indexedAs(contract) });
  return `datasets/${contract.id}/sources/known-${id.slice(0, 16)}.json`;
}

function laterKey(contract: ContractPlan): string {
  return knownKey(contract).replace('/known-', '/known-later-');
}

/** What a process remembers of a source: all of it can be found again. */
type SourceMemory = Pick<KnownNotes, 'whole' | 'looked'>;

const memories = new WeakMap<ObjectStore, Map<string, SourceMemory>>();

function memoryOf({ store, folder }: DataPorts, contract: ContractPlan): SourceMemory {
  return memories.get(store)?.get(`${folder} ${knownKey(contract)}`) ?? { whole: nothing, looked: [] };
}

function remember({ store, folder }: DataPorts, contract: ContractPlan, memory: SourceMemory): void {
  const ofStore = memories.get(store) ?? new Map<string, SourceMemory>();
  memories.set(store, ofStore.set(`${folder} ${knownKey(contract)}`, memory));
}
