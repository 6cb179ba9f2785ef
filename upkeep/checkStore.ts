import type { Database } from '../datasets/database.ts';
import { requireSum, type Sum, sumKey } from '../storage/checkedFile.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore, StoredEntry } from '../storage/objectStore.ts';
import { objectKey, readJson, requireBytes } from '../storage/objects.ts';
import { isSealed, openJson } from '../storage/sealedJson.ts';
import { checkLedgers } from './checkLedgers.ts';
import { checkPartitions } from './checkPartitions.ts';
import { erasedKeys } from './erase/erasureLog.ts';
import { neededObjects } from './neededObjects.ts';
import { problemOf } from './problemOf.ts';
import { idsOf, kindOf, type StoredKind } from './storedKind.ts';
import { type StoreGraph, storeGraph } from './storeGraph.ts';
import { type Touched, touchedBy } from './touchedBy.ts';

/** Something that is not as it was written. */
export interface Damage {
  readonly key: string;
  readonly kind: StoredKind;
  /** One sentence. */
  readonly problem: string;
  /** What is made of it, or speaks of it. */
  readonly touches: Touched;
}

export interface StoreReport {
  readonly objects: number;
  readonly bytes: number;
  /** Documents that were written by hand, or before there were seals: nothing tells whether they changed. */
  readonly unsealed: readonly string[];
  readonly damages: readonly Damage[];
}

export interface CheckPorts {
  readonly store: ObjectStore;
  readonly database: Database;
}

/** `done` of `total` bytes were read. */
export type OnProgress = (done: number, total: number) => void;

/**
 * Reads everything there is in a store: bytes against their digests and seals, ids against what they are made of, rows
 * of partitions against their content's digest, ledgers against their chains, and whether all is there that is named.
 * What is written or removed meanwhile is not taken for damage.
 */
export async function checkStore(ports: CheckPorts, onProgress: OnProgress = () => undefined): Promise<StoreReport> {
  const entries = await ports.store.entries('');
  const found = new Map<string, string>();
  const unsealed = await checkBytes(ports.store, entries, found, onProgress);
  const sound = entries.filter(({ key }) => !found.has(key));
  const graph = storeGraph(ports.store, sound);
  await checkMeanings(graph, ports.store, found);
  await checkPartitions(ports, graph, found);
  await checkLedgers(ports.store, sound, found);
  return {
    objects: entries.length,
    bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    unsealed,
    damages: await damagesOf(ports.store, entries, found),
  };
}

/** Adds to `found` by key; gives the keys of documents without a seal. */
async function checkBytes(
  store: ObjectStore,
  entries: readonly StoredEntry[],
  found: Map<string, string>,
  onProgress: OnProgress,
): Promise<string[]> {
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const unsealed: string[] = [];
  let done = 0;
  await concurrently(entries, storeHands, async ({ key, bytes }) => {
    const problem = await problemOf(async () => {
      if ((await checkBytesOf(store, key)) === 'unsealed') unsealed.push(key);
    });
    if (problem !== undefined) found.set(key, problem);
    done += bytes;
    onProgress(done, total);
  });
  return unsealed.sort();
}

async function checkBytesOf(store: ObjectStore, key: string): Promise<'unsealed' | undefined> {
  if (key.endsWith('.json')) {
    const stored = await store.read(key);
    if (stored !== undefined) openJson(key, stored.bytes);
    return stored === undefined || isSealed(stored.bytes) ? undefined : 'unsealed';
  }
  const came = await store.digest(key);
  if (came === undefined) return;
  requireBytes(key, came);
  requireSum(key, await readJson<Sum>(store, sumKey(key)), came);
  return;
}

/** A document whose bytes are right may still lie under a wrong name, or name what is not there. */
async function checkMeanings(graph: StoreGraph, store: ObjectStore, found: Map<string, string>): Promise<void> {
  const erased = await erasedKeys(store);
  await concurrently(graph.entries.keys(), storeHands, async (key) => {
    const value = await graph.documentOf(key);
    if (value === undefined) return;
    const [id = ''] = idsOf(key);
    if (kindOf(key) === 'plan' && digestOfValue(value) !== id)
      found.set(key, `it holds the plan ${digestOfValue(value)}`);
    for (const object of neededObjects(key, value)) {
      const needed = objectKey(object);
      if (graph.entries.has(needed) || found.has(needed) || erased.has(needed) || (await store.has(needed))) continue;
      // It may have been removed since together with what names it.
      if (await store.has(key)) found.set(needed, 'it is not there');
    }
  });
}

async function damagesOf(
  store: ObjectStore,
  entries: readonly StoredEntry[],
  found: ReadonlyMap<string, string>,
): Promise<Damage[]> {
  if (found.size === 0) return [];
  const touched = await touchedBy(store, entries, [...found.keys()]);
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, problem]) => ({ key, kind: kindOf(key), problem, touches: touched(key) }));
}
