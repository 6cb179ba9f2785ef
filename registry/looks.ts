import { type Look, lookKey, lookMs } from '../core/look.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, readJson, requireJson } from '../storage/objects.ts';
import { newestKeys } from './newestKeys.ts';

/** The look at a pipeline at that time, ISO; undefined where none was taken. */
export function lookTaken(store: ObjectStore, pipeline: string, at: string): Promise<Look | undefined> {
  return readJson<Look>(store, lookKey(pipeline, at));
}

/** Writes a look once: whoever comes second is given the one that is there. */
export async function keepLook(store: ObjectStore, look: Look): Promise<Look> {
  const key = lookKey(look.pipeline, look.at);
  return (await createJson(store, key, look)) ? look : requireJson<Look>(store, key);
}

/** The looks at a pipeline at [fromMs, toMs), oldest first. */
export async function looksBetween(
  store: ObjectStore,
  pipeline: string,
  fromMs: number,
  toMs: number,
): Promise<Look[]> {
  const keys = await store.list(commonStart(lookKey(pipeline, iso(fromMs)), lookKey(pipeline, iso(toMs))));
  return readLooks(
    store,
    keys.filter((key) => lookMs(key) >= fromMs && lookMs(key) < toMs),
  );
}

/** The keys of all times between two begin so: a folder of weeks is not listed for the looks of an hour. */
function commonStart(from: string, to: string): string {
  const end = [...from].findIndex((letter, at) => letter !== to[at]);
  return end === -1 ? from : from.slice(0, end);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The last looks at a pipeline, oldest first. */
export async function lastLooks(store: ObjectStore, pipeline: string, count: number, nowMs: number): Promise<Look[]> {
  return readLooks(store, await newestKeys(store, `looks/${pipeline}/`, count, nowMs));
}

/** One that a sweep takes meanwhile is left out. */
async function readLooks(store: ObjectStore, keys: readonly string[]): Promise<Look[]> {
  const looks = await concurrently(keys, storeHands, (key) => readJson<Look>(store, key));
  return looks.filter((look) => look !== undefined);
}
