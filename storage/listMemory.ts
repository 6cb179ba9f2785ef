import { newsMs } from '../core/sweepRules.ts';
import type { ObjectStore } from './objectStore.ts';

/** How lists of one kind are cut and compared. */
export interface ListKind<T> {
  /** The field of a chunk that holds its items. */
  readonly name: string;
  /** Whether a chunk ends between two neighbours: by what they are, wherever they lie, so that lists that overlap share chunks. */
  endsBetween(item: T, next: T): boolean;
  /** What is the same for equal items, if not for them alone: the item itself will do where equal ones are mostly the same. */
  nameOf(item: T): unknown;
  isEqual(one: T, other: T): boolean;
}

/** The stretches of lists that a process remembers of a store. */
export interface ListMemory {
  /** A stretch of a list from some item on that is in the store for sure. */
  find<T>(kind: ListKind<T>, list: readonly T[], from: number): Stretch<T> | undefined;
  /** The items of a chunk that a list names which was read just now; undefined where they are not remembered. */
  named<T>(digest: string): readonly T[] | undefined;
  keep<T>(kind: ListKind<T>, digest: string, items: readonly T[]): void;
}

/** A stretch as it is stored. */
export interface Stretch<T> {
  readonly digest: string;
  readonly items: readonly T[];
}

interface Held extends Stretch<unknown> {
  readonly first: unknown;
  /** When it was written, or named by a list that was read: until workers hear of new candidates no sweep takes it. */
  readonly heardAt: number;
}

/** Items of all stretches together: some dozens of megabytes. */
const itemsAtMost = 50_000;

const memories = new WeakMap<ObjectStore, ListMemory>();

export function memoryOf(store: ObjectStore): ListMemory {
  const memory = memories.get(store) ?? listMemory();
  memories.set(store, memory);
  return memory;
}

function listMemory(): ListMemory {
  // The one that was used last lies last.
  const byDigest = new Map<string, Held>();
  const byFirst = new Map<unknown, Held>();
  let items = 0;
  const forget = (held: Held): void => {
    if (byDigest.delete(held.digest)) items -= held.items.length;
    if (byFirst.get(held.first) === held) byFirst.delete(held.first);
  };
  const remember = (held: Held): void => {
    forget(byDigest.get(held.digest) ?? held);
    byDigest.set(held.digest, held);
    byFirst.set(held.first, held);
    items += held.items.length;
    for (const oldest of byDigest.values()) {
      if (items <= itemsAtMost) return;
      forget(oldest);
    }
  };
  return {
    find<T>(kind: ListKind<T>, list: readonly T[], from: number) {
      const held = byFirst.get(kind.nameOf(list[from] as T));
      const isSure = held !== undefined && performance.now() - held.heardAt < newsMs;
      return isSure && isStretch(held, kind, list, from) ? (held as Stretch<T>) : undefined;
    },
    named<T>(digest: string) {
      const held = byDigest.get(digest);
      if (held !== undefined) remember({ ...held, heardAt: performance.now() });
      return held?.items as readonly T[] | undefined;
    },
    keep: (kind, digest, kept) =>
      remember({ digest, first: kind.nameOf(kept[0] as never), items: kept, heardAt: performance.now() }),
  };
}

function isStretch<T>({ items }: Held, kind: ListKind<T>, list: readonly T[], from: number): boolean {
  const next = from + items.length;
  if (next > list.length) return false;
  for (let at = from; at < next; at += 1) {
    if (!kind.isEqual(list[at] as T, items[at - from] as T)) return false;
  }
  return next === list.length || kind.endsBetween(list[next - 1] as T, list[next] as T);
}
