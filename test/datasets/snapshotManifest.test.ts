import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PartitionVersion, SnapshotManifest } from '../../core/snapshot.ts';
import { hourMs, hourOf, hourStart } from '../../core/time.ts';
import { readWindow } from '../../datasets/partitions/keptWindow.ts';
import { findSnapshot } from '../../datasets/snapshots/findSnapshot.ts';
import { freezeSnapshot, latestSnapshot, readSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { digestOf } from '../../storage/digest.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, getObjectJson, objectKey, putJson, putObjectJson, requireJson } from '../../storage/objects.ts';
import { neededObjects } from '../../upkeep/neededObjects.ts';
import { storeGraph } from '../../upkeep/storeGraph.ts';
import { countingStore } from '../features/countingStore.ts';
import { flights } from './workbench.ts';

const contract = flights({ path: 'flights.parquet' });
const sources = ['a', 'b'].map((path) => ({ path, digest: digestOf(path) }));

let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-manifest-'));
  store = localDisk(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** So many hours, the first ones of which are of 2001-01-01. */
function partsOf(from: number, to: number): PartitionVersion[] {
  return Array.from({ length: to - from }, (_, at) => {
    const hour = hourOf(hourStart('2001-01-01T00') + (from + at) * hourMs);
    const [key, content, object] = ['key', 'content', 'object'].map((what) => digestOf(`${what} of ${hour}`));
    const counts = { read: 10, quarantined: 1, rows: 9, reasons: { 'delay.max': 1 } };
    return { hour, key: key ?? '', content: content ?? '', object: object ?? null, ...counts };
  });
}

test('a snapshot of one more hour writes its day, its lists and its manifest', async () => {
  const counting = countingStore(store);
  const parts = partsOf(0, 240);
  const before = await freezeSnapshot(counting.store, contract, parts, { sources });
  counting.created.length = 0;
  const held = await latestSnapshot(counting.store, contract.id);
  const after = await freezeSnapshot(
    counting.store,
    contract,
    [...(held?.parts ?? []).slice(1), ...partsOf(240, 241)],
    {
      sources,
    },
  );
  const objects = counting.created.filter((key) => key.startsWith('objects/'));
  // The day that lost an hour, the day that won one, and the list of all days.
  expect(objects).toHaveLength(3);
  expect(await readSnapshot(localDisk(folder), before.id)).toEqual(before);
  expect(await readSnapshot(localDisk(folder), after.id)).toEqual(after);
  expect(after.parts).toEqual(partsOf(1, 241));
});

test('its chunks are kept with it and missed where they are lost', async () => {
  const { id } = await freezeSnapshot(store, contract, partsOf(0, 30), { sources });
  const key = `snapshots/${id}.json`;
  const reached = await storeGraph(store, await store.entries('')).reach([key]);
  expect((await store.list('objects/')).filter((object) => !reached.has(object))).toEqual([]);
  const manifest = await requireJson<SnapshotManifest>(store, key);
  const list = await getObjectJson<{ chunks: string[] }>(store, manifest.partitions);
  expect(neededObjects(key, manifest).sort()).toEqual([manifest.partitions, manifest.origin.files].sort());
  expect(neededObjects(objectKey(manifest.partitions), list)).toEqual(list.chunks);
  expect(list.chunks).toHaveLength(2);

  const path = join(folder, objectKey(list.chunks[1] ?? ''));
  const bytes = await readFile(path);
  bytes[9] = (bytes[9] ?? 0) ^ 1;
  await writeFile(path, bytes);
  await expect(findSnapshot(localDisk(folder), id)).rejects.toThrow(/^storage\.damaged/);
  await rm(path);
  await expect(findSnapshot(localDisk(folder), id)).rejects.toThrow(/^storage\.missing/);
});

test('a manifest and a window of earlier versions, which hold all of it, are read as they are', async () => {
  const now = await freezeSnapshot(store, contract, partsOf(0, 30), { sources });
  await store.remove(`snapshots/${now.id}.json`);
  await createJson(store, `snapshots/${now.id}.json`, now);
  expect(await readSnapshot(store, now.id)).toEqual(now);
  expect(await freezeSnapshot(store, contract, partsOf(0, 30), { sources })).toEqual(now);
  await putJson(store, `datasets/${contract.id}/latest.json`, { snapshot: now.id });
  expect(await latestSnapshot(store, contract.id)).toEqual(now);
  const window = { contract: now.contractDigest, partitions: digestOf('all'), undated: null, sources };
  expect(await readWindow(store, await putObjectJson(store, window))).toEqual(window);
});
