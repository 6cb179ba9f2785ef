import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { FileDigest } from '../../core/sourceChanges.ts';
import { digestOfValue } from '../../storage/digest.ts';
import { putJson, readHint } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { SourceFile, SourceIndex } from './indexSource.ts';
import { keepFiles, readFiles } from './keptFiles.ts';
import { sharedPath } from './sharedPath.ts';

/** A source's files, with paths as seen from the engine's folder, so that all machines name them alike. */
export function filesOf(ports: Pick<DataPorts, 'folder'>, index: SourceIndex): FileDigest[] {
  return index.files.map((file) => {
    const there = fileDigests.get(file);
    if (there?.folder === ports.folder) return there.file;
    const made = { digest: file.digest, path: sharedPath(ports, file.path) };
    fileDigests.set(file, { folder: ports.folder, file: made });
    return made;
  });
}

/** What is known of a source's files stays in memory from one run to the next. */
const fileDigests = new WeakMap<SourceFile, { readonly folder: string; readonly file: FileDigest }>();

/** The files that the last contract stage read; undefined before the first. A hint for people, no decision. */
export async function seenFiles(ports: DataPorts, contract: ContractPlan): Promise<readonly FileDigest[] | undefined> {
  const seen = await readHint<SeenFiles>(ports.store, seenKey(contract));
  return typeof seen?.files === 'string' ? unlessLost(readFiles(ports.store, seen.files)) : seen?.files;
}

export async function rememberFiles(
  ports: DataPorts,
  contract: ContractPlan,
  files: readonly FileDigest[],
): Promise<void> {
  const list = await keepFiles(ports.store, files);
  await putJson(ports.store, seenKey(contract), { files: list } satisfies SeenFiles);
}

interface SeenFiles {
  /** A list (`readFiles`); hints of earlier versions hold the files themselves. */
  readonly files: string | readonly FileDigest[];
}

/** A hint may be lost, and so may what it names. */
async function unlessLost<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof WhetError && /^storage\.(?:missing|damaged)$/.test(error.code)) return undefined;
    throw error;
  }
}

function seenKey({ id, source }: ContractPlan): string {
  return `datasets/${id}/sources/seen-${digestOfValue(source.at).slice(0, 16)}.json`;
}
