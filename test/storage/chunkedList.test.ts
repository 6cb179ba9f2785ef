import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { getList, type ListKind, putList } from '../../storage/chunkedList.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putObjectJson } from '../../storage/objects.ts';

interface Item {
  readonly of: number;
  readonly text: string;
}

const kind: ListKind<Item> = {
  name: 'items',
  endsBetween: (one, next) => Math.floor(one.of / 10) !== Math.floor(next.of / 10),
  nameOf: ({ of }) => of,
  isEqual: (one, other) => one.of === other.of && one.text === other.text,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-lists-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A store as another process sees it, and what it wrote and read. */
function asProcess() {
  const [store, wrote, read] = [localDisk(folder), new Set<string>(), new Set<string>()];
  const counting: ObjectStore = {
    ...store,
    read: (key) => store.read(key).finally(() => read.add(key)),
    create: async (key, bytes) => {
      const isNew = await store.create(key, bytes);
      if (isNew) wrote.add(key);
      return isNew;
    },
  };
  return { store: counting, wrote, read };
}

function items(from: number, to: number): Item[] {
  return Array.from({ length: to - from }, (_, at) => ({ of: from + at, text: 'x' }));
}

test('a list is what was put, under the same digest for all who put it', async () => {
  const list = fc.array(fc.record({ of: fc.nat({ max: 40 }), text: fc.constantFrom('a', 'b') }), { maxLength: 30 });
  const remembering = asProcess().store;
  await fc.assert(
    fc.asyncProperty(list, async (some) => {
      const digest = await putList(remembering, kind, some);
      expect(await getList(remembering, kind, digest)).toEqual(some);
      const other = asProcess().store;
      expect(await getList(other, kind, digest)).toEqual(some);
      expect(await putList(other, kind, structuredClone(some))).toBe(digest);
    }),
    { numRuns: 40 },
  );
});

test('a list that grows at one end and loses at the other costs what is new', async () => {
  const one = asProcess();
  const before = await putList(one.store, kind, items(0, 100));
  expect(one.wrote.size).toBe(11);
  one.wrote.clear();
  const after = await putList(one.store, kind, items(10, 103));
  expect(one.wrote.size).toBe(2);
  await getList(one.store, kind, after);
  expect(one.read).toEqual(new Set([`objects/${after}`]));

  const other = asProcess();
  await getList(other.store, kind, before);
  expect(other.read.size).toBe(11);
  await getList(other.store, kind, after);
  expect(other.read.size).toBe(13);
});

test('a list of an earlier version is one object with all items', async () => {
  const { store } = asProcess();
  expect(await getList(store, kind, await putObjectJson(store, items(0, 25)))).toEqual(items(0, 25));
});
