import type { ContractPlan } from '../../core/contractPlan.ts';
import { concurrently } from '../../storage/concurrently.ts';
import { digestOfValue } from '../../storage/digest.ts';
import { putJson, readHint } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import { type FileStamp, settledMs, stampOf } from './fileStamp.ts';
import { type IndexedFile, indexedAs, indexFile, sourceIndexVersion } from './indexFile.ts';
import type { FoundFile } from './sourceFiles.ts';

/** A file's index, and the stamp that the file had when it was read. */
interface KnownFile {
  readonly stamp: string;
  readonly index: IndexedFile;
}

type KnownFiles = Readonly<Record<string, KnownFile>>;

/**
 * The indexes of files, in their order. A file whose stamp is the one that it was read under is not read again: what is
 * known of a source's files is one object in the store. It is a hint, which anyone may overwrite or remove: whatever it
 * lacks is found under the digest of a file's bytes. Throws as `indexFile`.
 */
export async function indexFiles(
  ports: DataPorts,
  contract: ContractPlan,
  files: readonly FoundFile[],
): Promise<IndexedFile[]> {
  const key = knownKey(contract);
  const known = (await readHint<KnownFiles>(ports.store, key)) ?? {};
  const settled = await settledMs();
  const read = await concurrently(files, ports.database.mostBeside, async (file) => {
    const { path, stamp = await stampOf(path) } = file;
    const held = known[path];
    const index = held?.stamp === stamp.id ? held.index : await indexFile(ports, contract, file);
    return { path, stamp, index };
  });
  const now = knownOf(read, settled);
  if (hasNews(known, now)) await putJson(ports.store, key, now);
  return read.map(({ index }) => index);
}

function knownKey(contract: ContractPlan): string {
  const id = digestOfValue({ at: contract.source.at, version: sourceIndexVersion, as: indexedAs(contract) });
  return `datasets/${contract.id}/sources/known-${id.slice(0, 16)}.json`;
}

interface ReadFile {
  readonly path: string;
  readonly stamp: FileStamp;
  readonly index: IndexedFile;
}

/** A file that changed a moment ago is read again the next time. */
function knownOf(read: readonly ReadFile[], settled: number): KnownFiles {
  const known = read.filter(({ stamp }) => stamp.changedMs < settled);
  return Object.fromEntries(known.map(({ path, stamp, index }) => [path, { stamp: stamp.id, index }]));
}

function hasNews(before: KnownFiles, now: KnownFiles): boolean {
  const paths = Object.keys(now);
  return paths.length !== Object.keys(before).length || paths.some((path) => before[path]?.stamp !== now[path]?.stamp);
}
