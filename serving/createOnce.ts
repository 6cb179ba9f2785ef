import { WhetError } from '../core/errors.ts';
import { digestOf } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/**
 * Creates an object whose key holds its digest; false where it was there. A create whose reply was lost is tried again: the
 * same bytes under the key are then its own. Throws `storage.damaged` for other bytes.
 */
export async function createOnce(store: ObjectStore, key: string, bytes: Uint8Array): Promise<boolean> {
  if (await store.create(key, bytes)) return true;
  const there = await store.read(key);
  if (there !== undefined && digestOf(there.bytes) === digestOf(bytes)) return false;
  throw new WhetError('storage.damaged', { expected: `${key} to be written by one process`, came: 'other bytes' });
}
