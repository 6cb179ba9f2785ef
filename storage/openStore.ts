import { WhetError } from '../core/errors.ts';
import { localDisk } from './localDisk.ts';
import type { ObjectStore } from './objectStore.ts';
import { s3Place } from './s3/s3Place.ts';
import { s3Store } from './s3.ts';

/**
 * Opens the store at a location: a folder of this machine, or an address such as `s3://bucket/prefix` (see `s3Place`).
 * Copies of S3's objects that are read as files go into `cacheFolder`. Throws `input.invalid`.
 */
export function openStore(location: string, cacheFolder: string): ObjectStore {
  if (!isAddress(location)) return localDisk(location);
  if (location.startsWith('s3://')) return s3Store({ ...s3Place(location), cacheFolder });
  const came = `the scheme '${location.slice(0, location.indexOf(':'))}'`;
  throw new WhetError('input.invalid', { expected: "a store's folder, or its address s3://bucket/prefix", came });
}

/** Whether a location is an address, and not a folder. */
export function isAddress(location: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(location);
}
