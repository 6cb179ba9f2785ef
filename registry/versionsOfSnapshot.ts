import type { AliasName, VersionRecord } from '../core/ledger.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { hourMs, hourOf, hourStart } from '../core/time.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson, objectKey } from '../storage/objects.ts';
import { aliasesOf } from './ledger.ts';
import { listVersions } from './versions.ts';

/** A version that was trained on a snapshot. */
export interface TrainedVersion {
  readonly pipeline: string;
  readonly version: number;
  readonly digest: string;
  readonly run: string;
  /** The names that point at it now. */
  readonly aliases: readonly AliasName[];
}

/** Lineage forward: the versions, of all pipelines, whose package names the snapshot. */
export async function versionsOfSnapshot(store: ObjectStore, snapshot: Snapshot): Promise<TrainedVersion[]> {
  const last = snapshot.parts.at(-1);
  if (last === undefined) return [];
  // A run's snapshot ends at its `asOf`: of all other versions nothing need be read.
  const asOf = hourOf(hourStart(last.hour) + hourMs);
  const keys = await store.list('models/');
  const pipelines = [...new Set(keys.map((key) => key.split('/')[1] ?? ''))].sort();
  const found = pipelines.map(async (pipeline) => {
    const records = (await listVersions(store, pipeline)).filter((record) => record.asOf === asOf);
    return trainedOn(store, pipeline, records, snapshot.id);
  });
  return (await Promise.all(found)).flat();
}

/** The snapshot that a version was trained on; undefined where its package was swept. Throws `storage.damaged`. */
export async function snapshotOfVersion(store: ObjectStore, record: VersionRecord): Promise<string | undefined> {
  if (!(await store.has(objectKey(record.package)))) return undefined;
  return (await getObjectJson<ModelPackage>(store, record.package)).lineage.snapshot;
}

async function trainedOn(
  store: ObjectStore,
  pipeline: string,
  records: readonly VersionRecord[],
  id: string,
): Promise<TrainedVersion[]> {
  const snapshots = await concurrently(records, storeHands, (record) => snapshotOfVersion(store, record));
  const trained = records.filter((_, at) => snapshots[at] === id);
  if (trained.length === 0) return [];
  const aliases = Object.entries(await aliasesOf(store, pipeline)) as [AliasName, number][];
  return trained.map(({ version, digest, run }) => {
    const names = aliases.filter(([, at]) => at === version).map(([name]) => name);
    return { pipeline, version, digest, run, aliases: names };
  });
}
