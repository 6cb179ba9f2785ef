import type { Scorecard } from '../core/scorecard.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson, objectKey } from '../storage/objects.ts';
import { listVersions } from './versions.ts';

/** The scorecards of some versions of a pipeline, by number; one that is not known, or is gone, is left out. */
export async function scorecardsOf(
  store: ObjectStore,
  pipeline: string,
  versions: readonly number[],
): Promise<ReadonlyMap<number, Scorecard>> {
  const wanted = (await listVersions(store, pipeline)).filter(({ version }) => versions.includes(version));
  const cards = new Map<number, Scorecard>();
  for (const { version, scorecard } of wanted) {
    if (await store.has(objectKey(scorecard))) cards.set(version, await getObjectJson<Scorecard>(store, scorecard));
  }
  return cards;
}
