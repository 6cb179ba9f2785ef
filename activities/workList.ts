import type { OpenWork } from '../core/openWork.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson, putObjectJson } from '../storage/objects.ts';

/** How often an answer may be put off for the sake of more workers: after that it is worked for alone. */
export const mostRounds = 4;

/** The batches of open work, each an object of its own: an activity reads the one that it is asked for. */
interface WorkList {
  readonly batches: readonly string[];
  readonly names: readonly string[];
}

export interface NewWork extends Pick<OpenWork, 'kind' | 'text'> {
  readonly batches: readonly object[];
  /** What is worked on, such as hours. */
  readonly names: readonly string[];
}

/** Keeps the batches of some work in the store, so that a workflow's history holds nothing but its name. */
export async function keepWork(store: ObjectStore, { kind, text, batches, names }: NewWork): Promise<OpenWork> {
  const kept = await concurrently(batches, storeHands, (batch) => putObjectJson(store, batch));
  const list: WorkList = { batches: kept, names };
  return { kind, text, list: await putObjectJson(store, list), batches: batches.length };
}

/** A batch by its place. The caller names the type that it kept there. Throws `storage.missing`, `storage.damaged`. */
export async function keptBatch<T>(store: ObjectStore, list: string, at: number): Promise<T> {
  const { batches } = await getObjectJson<WorkList>(store, list);
  return getObjectJson<T>(store, batches[at] ?? '');
}

/** What was worked on in some lists. Throws as `keptBatch`. */
export async function namesOfWork(store: ObjectStore, lists: readonly string[]): Promise<Set<string>> {
  const all = await Promise.all(lists.map((list) => getObjectJson<WorkList>(store, list)));
  return new Set(all.flatMap(({ names }) => names));
}
