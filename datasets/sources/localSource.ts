import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WhetError } from '../../core/errors.ts';
import { keepFresh } from '../../storage/keepFresh.ts';
import { isAddress } from '../../storage/openStore.ts';
import { s3Files } from '../../storage/s3Files.ts';
import { temporaryPath } from '../../storage/temporaryPath.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { FileStamp } from './fileStamp.ts';
import { isFile } from './isFile.ts';
import { plainName } from './sourceName.ts';

/** What a listing tells of an object in a bucket. */
export interface ObjectStamp extends FileStamp {
  readonly etag: string;
}

/** A source's file as a file on this machine. */
export interface LocalSource {
  readonly file: string;
  /** SHA-256 of its bytes, where it is known without reading them. */
  readonly digest?: string;
}

/**
 * The file itself; of an object in a bucket a copy, named by its SHA-256 in `.whet/sources/` below the engine's folder,
 * which is fetched if it is not there. `etag` is the listing's: an object that changed since is `source.changed`, and so
 * is one of other bytes than `digest` says. Throws `storage.missing` and the errors of S3.
 */
export async function localSource(
  ports: Pick<DataPorts, 'folder'>,
  path: string,
  known: { readonly etag?: string; readonly digest?: string } = {},
): Promise<LocalSource> {
  if (!isAddress(path)) return { file: path };
  const copy = (digest: string): string => join(copiesOf(ports), `${digest}-${plainName(path)}`);
  if (known.digest !== undefined && (await isFile(copy(known.digest)))) {
    await keepFresh(copy(known.digest));
    return { file: copy(known.digest), digest: known.digest };
  }
  const { file, digest, drop } = await passingCopy(ports, path, known.etag);
  try {
    if (known.digest !== undefined && known.digest !== digest) throw changed(path, known.digest, digest);
    await rename(file, copy(digest));
    return { file: copy(digest), digest };
  } finally {
    await drop();
  }
}

/** A copy of an object for one reader alone, who drops it. */
export async function passingCopy(ports: Pick<DataPorts, 'folder'>, path: string, etag: string | undefined) {
  const file = await temporaryPath(copiesOf(ports), 'part-', `-${plainName(path)}`);
  const drop = (): Promise<void> => rm(file, { force: true });
  try {
    return { file, digest: await s3Files.fetch(path, etag, file), drop };
  } catch (error) {
    await drop();
    throw error;
  }
}

function copiesOf({ folder }: Pick<DataPorts, 'folder'>): string {
  return join(folder, '.whet', 'sources');
}

function changed(path: string, expected: string, came: string): WhetError {
  return new WhetError('source.changed', { expected: `${path} with SHA-256 ${expected}`, came });
}
