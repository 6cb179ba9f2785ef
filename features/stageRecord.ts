import type { ObjectStore } from '../storage/objectStore.ts';
import { objectKey, readJson } from '../storage/objects.ts';

/**
 * What a stage gave before, at `stages/<key>.json`, or undefined. A record whose object is gone counts as none: the
 * object is computed again, and as its bytes are the same, the record is true again.
 */
export async function stageRecord<T extends { readonly object: string | null }>(
  store: ObjectStore,
  key: string,
): Promise<T | undefined> {
  const record = await readJson<T>(store, stageKey(key));
  if (record === undefined || record.object === null) return record;
  return (await store.has(objectKey(record.object))) ? record : undefined;
}

export function stageKey(key: string): string {
  return `stages/${key}.json`;
}
