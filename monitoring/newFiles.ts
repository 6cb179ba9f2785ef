import type { ReadFiles } from '../core/labelJoin.ts';
import type { Hour } from '../core/time.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson, putObjectJson } from '../storage/objects.ts';

/** The files of one hour of a log whose files are not those that were read. */
export interface ChangedFiles {
  readonly hour: Hour;
  /** Keys of all. */
  readonly all: readonly string[];
  /** Keys of those that were not read yet. */
  readonly fresh: readonly string[];
  /** Whether some that were read are not there any more. */
  readonly isLess: boolean;
  readonly files: ReadFiles;
}

/** Hours of a log, by name, whose files changed since they were read; and those of which none is left. */
export async function newFiles(
  store: ObjectStore,
  keys: readonly string[],
  before: ReadonlyMap<Hour, ReadFiles>,
): Promise<{ readonly changed: readonly ChangedFiles[]; readonly gone: readonly Hour[] }> {
  const byHour = Map.groupBy(keys, (key) => key.split('/')[2] ?? '');
  const changed: ChangedFiles[] = [];
  for (const [hour, all] of byHour) {
    const known = before.get(hour);
    if (known?.object === digestOfValue(all)) continue;
    const read = new Set(known === undefined ? [] : await getObjectJson<readonly string[]>(store, known.object));
    const fresh = all.filter((key) => !read.has(key));
    const files = { count: all.length, object: await putObjectJson(store, all) };
    changed.push({ hour, all, fresh, isLess: all.length - fresh.length < read.size, files });
  }
  return { changed, gone: [...before.keys()].filter((hour) => !byHour.has(hour)) };
}
