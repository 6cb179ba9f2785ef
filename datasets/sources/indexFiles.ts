import type { ContractPlan } from '../../core/contractPlan.ts';
import { inStep } from '../../core/inStep.ts';
import { concurrently } from '../../storage/concurrently.ts';
import type { DataPorts } from '../dataPorts.ts';
import { type FileStamp, settledMs, stampsOf } from './fileStamp.ts';
import type { FoundFile } from './foundFiles.ts';
import { indexFile, type SourceFile } from './indexFile.ts';
import {
  type KnownFiles,
  type KnownNotes,
  knownFiles,
  knownNotes,
  type LookedFile,
  noteFiles,
  type ReadFile,
} from './knownFiles.ts';
import { sharedPath } from './sharedPath.ts';

export interface FilesLook {
  /** In the order of the files asked for. */
  readonly files: readonly LookedFile[];
  readonly known: KnownNotes;
  /** A moment before which a file had settled: one that changed later may change once more and keep its stamp. */
  readonly settled: number;
}

/**
 * Looks which files are to be read: one whose stamp is the one that it was read under is not. What is known of a source's
 * files is a hint, and `more` is what others found out: whatever they lack is found under the digest of a file's bytes.
 * A file that this process saw before, and that is as it was, costs the question to the file system and no more.
 */
export async function lookAtFiles(
  ports: DataPorts,
  contract: ContractPlan,
  files: readonly FoundFile[],
  more: KnownFiles = {},
): Promise<FilesLook> {
  const known = await knownNotes(ports, contract);
  const settled = await settledMs();
  const seen = () => inStep(known.looked, ({ file }) => file.path);
  const [stampSeen, fileSeen] = [seen(), seen()];
  const unlisted = files.filter(({ stamp }) => stamp === undefined).map(({ path }) => path);
  const stamps = await stampsOf(unlisted, (path) => stampSeen(path)?.stamp);
  const looked: LookedFile[] = [];
  let next = 0;
  for (const file of files) {
    const stamp = file.stamp ?? stamps[next++];
    if (stamp === undefined) continue;
    const before = fileSeen(file.path);
    looked.push(before?.stamp.id === stamp.id ? before : lookedFile(ports, file, stamp, known, more));
  }
  return { files: looked, known, settled };
}

function lookedFile(
  ports: DataPorts,
  file: FoundFile,
  stamp: FileStamp,
  { whole, later }: KnownNotes,
  more: KnownFiles,
): LookedFile {
  const name = sharedPath(ports, file.path);
  const ofStamp = ({ [name]: known }: KnownFiles) => (known?.stamp === stamp.id ? known.index : undefined);
  const noted = ofStamp(whole.files);
  const index = noted ?? ofStamp(later.files) ?? ofStamp(more);
  const isNoted = noted !== undefined;
  return { file, name, stamp, isNoted, index: index && { ...index, path: file.path } };
}

/** The indexes of files that were looked at, in their order: read, where they are to be. Throws as `indexFile`. */
export async function indexLookedFiles(
  ports: DataPorts,
  contract: ContractPlan,
  { files, known, settled }: FilesLook,
): Promise<SourceFile[]> {
  const read = await readFiles(ports, contract, files);
  await noteFiles(ports, contract, known, settledFiles(read, settled));
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

async function readFiles(ports: DataPorts, contract: ContractPlan, files: readonly LookedFile[]): Promise<ReadFile[]> {
  const unread = files.filter(({ index }) => index === undefined);
  const made = await concurrently(unread, ports.database.mostBeside, async (one): Promise<ReadFile> => {
    return { ...one, index: { ...(await indexFile(ports, contract, one.file)), path: one.file.path } };
  });
  let next = 0;
  return files.flatMap((one) => (isRead(one) ? one : (made[next++] ?? [])));
}

function isRead(one: LookedFile): one is ReadFile {
  return one.index !== undefined;
}

/** A file that changed a moment ago is read again the next time. */
function settledFiles(read: readonly ReadFile[], settled: number): ReadFile[] {
  return read.filter(({ stamp }) => stamp.changedMs < settled);
}
