import { type LabelJoin, labelJoinKey } from '../../core/labelJoin.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { objectKey, readHint } from '../../storage/objects.ts';

/**
 * The keys of all that is kept of some pipelines' predictions joined with labels: raw rows are in it, and the next join
 * makes it again from the logs. What an earlier join made is named by nothing, and goes with the next sweep.
 */
export async function joinedRowsOf(store: ObjectStore, pipelines: readonly string[]): Promise<string[]> {
  const keys: string[] = [];
  for (const key of pipelines.map(labelJoinKey)) {
    const join = await readHint<LabelJoin>(store, key);
    if (join === undefined) continue;
    const rows = [...Object.values(join.hours), ...Object.values(join.waiting)].map(({ object }) => object);
    const labels = Object.values(join.hours).map((hour) => hour.labels?.object);
    const objects = [...rows, ...labels].filter((object) => typeof object === 'string');
    keys.push(key, ...new Set(objects.map(objectKey)));
  }
  return keys;
}
