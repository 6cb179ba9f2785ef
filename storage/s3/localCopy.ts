import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { WhetError } from '../../core/errors.ts';
import { digestOfFile } from '../digest.ts';
import { keepFresh } from '../keepFresh.ts';
import { digestInKey } from '../objects.ts';
import { temporaryPath } from '../temporaryPath.ts';
import { addressOf, type Bucket } from './connectBucket.ts';
import { bodyOf, getObject, headObject, persistReading, requireDigest } from './getObject.ts';
import { fromMetadata } from './marks.ts';
import { writeBody } from './writeBody.ts';

/**
 * A file of this machine with the object's bytes, named by their SHA-256 in the cache folder; loaded if it is not there.
 * Processes that load the same at once rename one over the other. Throws `storage.missing`, `storage.damaged`.
 */
export async function localCopy(bucket: Bucket, key: string, cacheFolder: string): Promise<string> {
  // What is content-addressed needs no asking.
  const digest = digestInKey(key) ?? (await headObject(bucket, key))?.sha256;
  if (digest !== undefined && (await isWhole(join(cacheFolder, digest), digest))) {
    await keepFresh(join(cacheFolder, digest));
    return join(cacheFolder, digest);
  }
  return persistReading(bucket, key, () => load(bucket, key, cacheFolder));
}

async function load(bucket: Bucket, key: string, cacheFolder: string): Promise<string> {
  const got = await getObject(bucket, key);
  if (got === undefined)
    throw new WhetError('storage.missing', { expected: addressOf(bucket, key), came: 'nothing under that key' });
  const temporary = await temporaryPath(join(cacheFolder, 'tmp'));
  try {
    const digest = await writeBody(bodyOf(got) as Readable, temporary);
    requireDigest(addressOf(bucket, key), digestInKey(key) ?? fromMetadata(got.Metadata).sha256, digest);
    await rename(temporary, join(cacheFolder, digest));
    return join(cacheFolder, digest);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A copy whose bytes changed on this machine's disk is loaded again. */
async function isWhole(path: string, digest: string): Promise<boolean> {
  const isFile = (await stat(path).catch(() => undefined))?.isFile() ?? false;
  return isFile && (await digestOfFile(path)) === digest;
}
