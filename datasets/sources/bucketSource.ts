import { posix } from 'node:path';
import type { SourceKind } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { s3Address } from '../../storage/s3/s3Address.ts';
import { type BucketFile, s3Files } from '../../storage/s3Files.ts';
import type { FoundFiles } from './foundFiles.ts';
import { kindOfFile } from './kindOfFile.ts';

/**
 * The objects of a source in a bucket: the one under a key, all of a kind below a prefix, or those that a pattern fits
 * (`*`, `**`, `{a,b}`, `[a-z]`). Names that begin with `.` or `_` are left out. Throws `source.empty` and the errors of S3.
 */
export async function bucketSource(address: string, kind: SourceKind): Promise<FoundFiles> {
  const { place, key, settings } = s3Address(address);
  const fixed = key.slice(0, /[*[{]/.exec(key)?.index ?? key.length);
  const prefix = fixed === key ? key : fixed.slice(0, fixed.lastIndexOf('/') + 1);
  const listed = await s3Files.list(`${place}/${prefix}${settings}`);
  const one = listed.find((object) => object.key === key);
  const objects =
    one !== undefined ? [one] : listed.filter(fixed === key ? isBelow(key, kind) : isFitting(key, prefix));
  if (objects.length === 0) {
    throw new WhetError('source.empty', { expected: `objects of ${kind} at ${address}`, came: 'none' });
  }
  const files = objects.map(({ address: path, bytes, etag }) => ({ path, stamp: stampOfObject(bytes, etag) }));
  return { name: address, single: one !== undefined, files };
}

/** A key without a `/` at its end names a folder all the same, but no longer name that begins so. */
function isBelow(key: string, kind: SourceKind): (object: BucketFile) => boolean {
  const folder = key === '' || key.endsWith('/') ? key : `${key}/`;
  return (object) => object.key.startsWith(folder) && kindOfFile(object.key) === kind && isShown(object.key, folder);
}

function isFitting(pattern: string, prefix: string): (object: BucketFile) => boolean {
  return ({ key }) => posix.matchesGlob(key, pattern) && isShown(key, prefix);
}

function isShown(key: string, prefix: string): boolean {
  return !key.slice(prefix.length).split('/').some(isHiddenName);
}

/** Writers give such names to what is not done yet. */
export function isHiddenName(name: string): boolean {
  return /^[._]/.test(name);
}

/** An etag names bytes, whenever they were written: there is nothing to wait for. */
function stampOfObject(bytes: number, etag: string) {
  return { id: `${bytes}.${etag}`, text: `${bytes} bytes with etag ${etag}`, changedMs: 0, bytes, etag };
}
