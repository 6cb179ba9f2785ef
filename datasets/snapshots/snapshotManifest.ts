import type { Snapshot, SnapshotManifest } from '../../core/snapshot.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, requireJson } from '../../storage/objects.ts';
import { keepParts, readParts } from '../partitions/keptParts.ts';
import { keepFiles, readFiles } from '../sources/keptFiles.ts';

export function manifestKey(id: string): string {
  return `snapshots/${id}.json`;
}

/** Writes a snapshot's manifest, once, after the lists that it names; false if it was there. */
export async function createManifest(
  store: ObjectStore,
  snapshot: Snapshot & Required<Pick<Snapshot, 'origin'>>,
): Promise<boolean> {
  const { parts, origin, ...named } = snapshot;
  const { sources, ...told } = origin;
  const [partitions, files] = await Promise.all([keepParts(store, parts), keepFiles(store, sources)]);
  const manifest: SnapshotManifest = { ...named, partitions, origin: { ...told, files } };
  return createJson(store, manifestKey(snapshot.id), manifest);
}

/** The snapshot of a manifest; one of an earlier version holds all of it. Throws `storage.missing`, `storage.damaged`. */
export async function openManifest(store: ObjectStore, manifest: SnapshotManifest | Snapshot): Promise<Snapshot> {
  if (!('partitions' in manifest)) return manifest;
  const { partitions, origin, ...named } = manifest;
  const { files, ...told } = origin;
  const [parts, sources] = await Promise.all([readParts(store, partitions), readFiles(store, files)]);
  return { ...named, parts, origin: { ...told, sources } };
}

/** The snapshot under a key that must be there. Throws `storage.missing`, `storage.damaged`. */
export async function readManifest(store: ObjectStore, key: string): Promise<Snapshot> {
  return openManifest(store, await requireJson<SnapshotManifest | Snapshot>(store, key));
}
