import type { OpenWork } from '../core/openWork.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson, putJson, putObjectJson, readHint } from '../storage/objects.ts';

/** How often an answer may be put off for the sake of more workers: after that it is worked for alone. */
export const mostRounds = 4;

/** The batches of open work, each an object of its own: an activity reads the one that it is asked for. */
interface WorkList {
  readonly batches: readonly string[];
  readonly names: readonly string[];
}

/** A batch of open work, by the list that it is in. */
export interface BatchInput {
  readonly list: string;
  /** Its place in the list, from 0. */
  readonly at: number;
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
  const { batches } = await listOf(store, list);
  return getObjectJson<T>(store, batches[at] ?? '');
}

/** What was worked on in some lists. Throws as `keptBatch`. */
export async function namesOfWork(store: ObjectStore, lists: readonly string[]): Promise<Set<string>> {
  const all = await Promise.all(lists.map((list) => listOf(store, list)));
  return new Set(all.flatMap(({ names }) => names));
}

/** Leaves what a batch found for whoever opened the work: a hint, as all of it can be found again. */
export function leaveResult(store: ObjectStore, list: string, at: number, result: object): Promise<void> {
  return putJson(store, resultKey(list, at), result);
}

/** What the batches of some lists left, in no order. */
export async function resultsOfWork<T>(store: ObjectStore, lists: readonly string[]): Promise<T[]> {
  const results = await concurrently(await resultKeys(store, lists), storeHands, (key) => readHint<T>(store, key));
  return results.filter((result) => result !== undefined);
}

/** What was left is of use once. */
export async function dropResults(store: ObjectStore, lists: readonly string[]): Promise<void> {
  await concurrently(await resultKeys(store, lists), storeHands, (key) => store.remove(key));
}

function listOf(store: ObjectStore, list: string): Promise<WorkList> {
  return getObjectJson<WorkList>(store, list);
}

async function resultKeys(store: ObjectStore, lists: readonly string[]): Promise<string[]> {
  return (await Promise.all(lists.map((list) => store.list(`work/${list}/`)))).flat();
}

function resultKey(list: string, at: number): string {
  return `work/${list}/${at}.json`;
}
