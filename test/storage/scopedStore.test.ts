import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putObject } from '../../storage/objects.ts';
import { scopedStore } from '../../storage/scopedStore.ts';

let folder: string;
let store: ObjectStore;
let scoped: ObjectStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-scoped-'));
  store = localDisk(folder);
  scoped = scopedStore(store, 'backtests/b1');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => Buffer.from(text);
const textOf = async (of: ObjectStore, key: string) => (await of.read(key))?.bytes.toString();

test('shares what is made by content, in both directions', async () => {
  const mine = await putObject(scoped, bytes('made by the replay'));
  expect(await store.has(`objects/${mine}`)).toBe(true);
  const real = await putObject(store, bytes('made by a run'));
  expect(await textOf(scoped, `objects/${real}`)).toBe('made by a run');
  expect(await scoped.list('objects/')).toEqual([`objects/${mine}`, `objects/${real}`].sort());
});

test('keeps a ledger, records and hints below the scope, and sees none of the real ones', async () => {
  await store.create('models/p/ledger/1.json', bytes('real'));
  expect([await scoped.has('models/p/ledger/1.json'), await scoped.list('models/')]).toEqual([false, []]);
  for (const key of ['models/p/ledger/1.json', 'runs/p/2001-03-01T12/1.json', 'features/f/latest.json'])
    expect(await scoped.create(key, bytes('replayed'))).toBe(true);
  expect(await textOf(store, 'models/p/ledger/1.json')).toBe('real');
  expect(await store.list('runs/')).toEqual([]);
  expect(await scoped.list('runs/')).toEqual(['runs/p/2001-03-01T12/1.json']);
  expect((await scoped.entries('runs/')).map(({ key }) => key)).toEqual(['runs/p/2001-03-01T12/1.json']);
  expect(await textOf(store, 'backtests/b1/features/f/latest.json')).toBe('replayed');
});

test('reads the latest snapshot where it really is, and points at its own without moving that one', async () => {
  await store.put('datasets/flights/latest.json', bytes('now'));
  expect(await textOf(scoped, 'datasets/flights/latest.json')).toBe('now');
  await scoped.put('datasets/flights/latest.json', bytes('then'));
  expect(await textOf(scoped, 'datasets/flights/latest.json')).toBe('then');
  expect(await textOf(store, 'datasets/flights/latest.json')).toBe('now');
});

test('is the same store for the same scope, so that hints are remembered', () => {
  expect(scopedStore(store, 'backtests/b1')).toBe(scoped);
  expect(scopedStore(store, 'backtests/b2')).not.toBe(scoped);
});
