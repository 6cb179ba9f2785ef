import type { SnapshotLogEntry } from '../../core/snapshotLog.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { lastNumber } from '../../storage/lastNumber.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, readJson, requireJson } from '../../storage/objects.ts';

/** An entry before it has its place in the log. */
export type NewLogEntry = Omit<SnapshotLogEntry, 'n' | 'parent'>;

/**
 * The log's entry of a snapshot: the one that is there, or a new one at its end. However many append the same id at
 * once, or again later, there is one entry. A marker beside the log says where an id is, so that an append costs the
 * same after a million entries. `hint` is a number that was there lately.
 *
 * An entry is written before its marker, so the last one alone can lack it, and whoever comes next makes it first. That
 * an id has no marker then says that it is in none of the entries, and a create-only write that none came since.
 */
export async function appendSnapshotLog(
  store: ObjectStore,
  contract: string,
  entry: NewLogEntry,
  hint = 0,
): Promise<SnapshotLogEntry> {
  for (let last = hint; ; ) {
    const there = await loggedSnapshot(store, contract, entry.id);
    if (there !== undefined) return there;
    last = await lastNumber((n) => store.has(entryKey(contract, n)), last);
    const parent = last === 0 ? null : await marked(store, contract, last);
    if (await isLogged(store, contract, entry.id)) continue;
    const next: SnapshotLogEntry = { ...entry, n: last + 1, parent };
    if (!(await createJson(store, entryKey(contract, next.n), next))) continue;
    await mark(store, contract, next);
    return next;
  }
}

/** The log's entry of a snapshot, or undefined. */
export async function loggedSnapshot(
  store: ObjectStore,
  contract: string,
  id: string,
): Promise<SnapshotLogEntry | undefined> {
  const marker = await readJson<Marker>(store, markerKey(contract, id));
  return marker === undefined ? undefined : requireJson<SnapshotLogEntry>(store, entryKey(contract, marker.n));
}

/** The whole log of a contract's snapshots, oldest first; empty where none was frozen. */
export async function readSnapshotLog(store: ObjectStore, contract: string): Promise<SnapshotLogEntry[]> {
  const last = await lastNumber((n) => store.has(entryKey(contract, n)));
  const numbers = Array.from({ length: last }, (_, at) => at + 1);
  return concurrently(numbers, storeHands, (n) => requireJson<SnapshotLogEntry>(store, entryKey(contract, n)));
}

interface Marker {
  readonly n: number;
}

/** Sees that the last entry has its marker, and gives its id. */
async function marked(store: ObjectStore, contract: string, n: number): Promise<string> {
  const entry = await requireJson<SnapshotLogEntry>(store, entryKey(contract, n));
  await mark(store, contract, entry);
  return entry.id;
}

async function mark(store: ObjectStore, contract: string, { id, n }: SnapshotLogEntry): Promise<void> {
  await createJson(store, markerKey(contract, id), { n } satisfies Marker);
}

function isLogged(store: ObjectStore, contract: string, id: string): Promise<boolean> {
  return store.has(markerKey(contract, id));
}

function entryKey(contract: string, n: number): string {
  return `datasets/${contract}/snapshots/${n}.json`;
}

function markerKey(contract: string, id: string): string {
  return `datasets/${contract}/snapshots/ids/${id}.json`;
}
