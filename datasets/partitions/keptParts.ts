import type { PartitionVersion } from '../../core/snapshot.ts';
import { getList, type ListKind, putList } from '../../storage/chunkedList.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';

/** Partitions in the order of their hours, a chunk for each day. */
const partitions: ListKind<PartitionVersion> = {
  name: 'partitions',
  endsBetween: (part, next) => !next.hour.startsWith(dayOf(part)),
  nameOf: (part) => part,
  isEqual: (one, other) => one === other,
};

function dayOf({ hour }: PartitionVersion): string {
  return hour.slice(0, '2001-01-01'.length);
}

/** Keeps the partitions of a window, and gives the SHA-256 of the object that names them. */
export function keepParts(store: ObjectStore, parts: readonly PartitionVersion[]): Promise<string> {
  return putList(store, partitions, parts);
}

/** Throws `storage.missing`, `storage.damaged`. */
export function readParts(store: ObjectStore, digest: string): Promise<readonly PartitionVersion[]> {
  return getList(store, partitions, digest);
}
