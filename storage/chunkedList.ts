import { concurrently, storeHands } from './concurrently.ts';
import { type ListKind, memoryOf } from './listMemory.ts';
import type { ObjectStore } from './objectStore.ts';
import { getObjectJson, putObjectJson } from './objects.ts';

export type { ListKind };

/**
 * Stores a list, such as one that grows at one end and loses at the other, as objects of its stretches and one that names
 * them, whose SHA-256 is returned. A stretch that this process has just read or written is neither turned into JSON nor
 * hashed nor written again: a list costs what is new in it.
 */
export async function putList<T>(store: ObjectStore, kind: ListKind<T>, items: readonly T[]): Promise<string> {
  const memory = memoryOf(store);
  const chunks: string[] = [];
  const fresh: { readonly chunk: number; readonly stretch: readonly T[] }[] = [];
  for (let at = 0; at < items.length; ) {
    const there = memory.find(kind, items, at);
    const stretch = there?.items ?? items.slice(at, endOf(kind, items, at));
    if (there === undefined) fresh.push({ chunk: chunks.length, stretch });
    chunks.push(there?.digest ?? '');
    at += stretch.length;
  }
  await concurrently(fresh, storeHands, async ({ chunk, stretch }) => {
    const digest = await putObjectJson(store, { [kind.name]: stretch });
    memory.keep(kind, digest, stretch);
    chunks[chunk] = digest;
  });
  return putObjectJson(store, { chunks } satisfies List);
}

/** Where the stretch ends that begins at an item. */
function endOf<T>(kind: ListKind<T>, items: readonly T[], from: number): number {
  let end = from + 1;
  while (end < items.length && !kind.endsBetween(items[end - 1] as T, items[end] as T)) end += 1;
  return end;
}

/**
 * A list by its digest; one of an earlier version is one object with all of its items. A process reads a stretch once, as
 * far as its memory goes. Throws `storage.missing`, `storage.damaged`.
 */
export async function getList<T>(store: ObjectStore, kind: ListKind<T>, digest: string): Promise<readonly T[]> {
  const list = await getObjectJson<List | readonly T[]>(store, digest);
  if (!('chunks' in list)) return list;
  const memory = memoryOf(store);
  const stretches = list.chunks.map((chunk) => memory.named<T>(chunk));
  const lost = list.chunks.flatMap((chunk, at) => (stretches[at] === undefined ? [{ chunk, at }] : []));
  await concurrently(lost, storeHands, async ({ chunk, at }) => {
    const { [kind.name]: items = [] } = await getObjectJson<Record<string, readonly T[]>>(store, chunk);
    memory.keep(kind, chunk, items);
    stretches[at] = items;
  });
  return stretches.flatMap((items) => items ?? []);
}

interface List {
  readonly chunks: readonly string[];
}
