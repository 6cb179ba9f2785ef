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
  /** The digest of a stretch that is in the store for sure. */
  find<T>(kind: ListKind<T>, stretch: readonly T[]): string | undefined;
  /** The items of a chunk that a list names which was read just now; undefined where they are not remembered. */
  named<T>(digest: string): readonly T[] | undefined;
  keep<T>(kind: ListKind<T>, digest: string, items: readonly T[]): void;
}

interface Held {
  readonly digest: string;
  readonly first: unknown;
  readonly items: readonly unknown[];
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
    find(kind, stretch) {
      const held = byFirst.get(kind.nameOf(stretch[0] as never));
      const isSure = held !== undefined && performance.now() - held.heardAt < newsMs;
      return isSure && holds(held, kind, stretch) ? held.digest : undefined;
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

function holds<T>({ items }: Held, kind: ListKind<T>, stretch: readonly T[]): boolean {
  return items.length === stretch.length && stretch.every((one, at) => kind.isEqual(one, items[at] as T));
}
