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
  const chunks = await concurrently(stretchesOf(kind, items), storeHands, async (stretch) => {
    const there = memory.find(kind, stretch);
    if (there !== undefined) return there;
    const digest = await putObjectJson(store, { [kind.name]: stretch });
    memory.keep(kind, digest, stretch);
    return digest;
  });
  return putObjectJson(store, { chunks } satisfies List);
}

/**
 * A list by its digest; one of an earlier version is one object with all of its items. A process reads a stretch once, as
 * far as its memory goes. Throws `storage.missing`, `storage.damaged`.
 */
export async function getList<T>(store: ObjectStore, kind: ListKind<T>, digest: string): Promise<readonly T[]> {
  const list = await getObjectJson<List | readonly T[]>(store, digest);
  if (!('chunks' in list)) return list;
  const memory = memoryOf(store);
  const stretches = await concurrently(list.chunks, storeHands, async (chunk) => {
    const there = memory.named<T>(chunk);
    if (there !== undefined) return there;
    const { [kind.name]: items = [] } = await getObjectJson<Record<string, readonly T[]>>(store, chunk);
    memory.keep(kind, chunk, items);
    return items;
  });
  return stretches.flat();
}

interface List {
  readonly chunks: readonly string[];
}

function stretchesOf<T>(kind: ListKind<T>, items: readonly T[]): T[][] {
  const stretches: T[][] = [];
  for (const [at, item] of items.entries()) {
    const before = items[at - 1];
    if (before === undefined || kind.endsBetween(before, item)) stretches.push([item]);
    else stretches.at(-1)?.push(item);
  }
  return stretches;
}
