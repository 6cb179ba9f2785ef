import type { FileDigest } from '../../core/sourceChanges.ts';
import { getList, type ListKind, putList } from '../../storage/chunkedList.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';

/**
 * A source's files in the order of their paths. Where a chunk ends is left to the digest of a file, one in 64: files that
 * come and go at the ends leave the other chunks as they are.
 */
const sources: ListKind<FileDigest> = {
  name: 'sources',
  endsBetween: ({ digest }) => digest < '04',
  nameOf: ({ digest }) => digest,
  isEqual: (one, other) => one === other || (one.digest === other.digest && one.path === other.path),
};

/** Keeps what a source's files were, and gives the SHA-256 of the object that names them. */
export function keepFiles(store: ObjectStore, files: readonly FileDigest[]): Promise<string> {
  return putList(store, sources, files);
}

/** Throws `storage.missing`, `storage.damaged`. */
export function readFiles(store: ObjectStore, digest: string): Promise<readonly FileDigest[]> {
  return getList(store, sources, digest);
}
