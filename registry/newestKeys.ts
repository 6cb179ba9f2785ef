import type { ObjectStore } from '../storage/objectStore.ts';

/**
 * The newest keys of a folder whose names begin with an ISO time, oldest first, at most `count`. Where there are enough of
 * this day or month no others are listed: in a year there may be a hundred thousand.
 */
export async function newestKeys(store: ObjectStore, folder: string, count: number, nowMs: number): Promise<string[]> {
  const now = new Date(nowMs).toISOString();
  for (const prefix of [now.slice(0, 'yyyy-mm-dd'.length), now.slice(0, 'yyyy-mm'.length)]) {
    const keys = await store.list(`${folder}${prefix}`);
    if (keys.length >= count) return keys.slice(-count);
  }
  return (await store.list(folder)).slice(-count);
}
