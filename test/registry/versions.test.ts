import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendLedger, readLedger } from '../../registry/ledger.ts';
import { findVersion, listVersions, registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { byTest, versionLike } from './versionLike.ts';

let folder: string;
let store: ObjectStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-versions-'));
  store = localDisk(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const register = (digest: string) => registerVersion(store, 'flights', versionLike(digest), byTest);

test('versions count from 1', async () => {
  const numbers = [(await register('a')).version, (await register('b')).version];
  expect(numbers).toEqual([1, 2]);
  expect((await listVersions(store, 'flights')).map((record) => record.digest)).toEqual(['a', 'b']);
});

test('a digest that is there gives its number and writes nothing', async () => {
  await register('a');
  await register('b');
  const again = await registerVersion(store, 'flights', versionLike('a', { run: 'another run' }), byTest);
  expect(again).toEqual({ version: 1, entry: null });
  expect(await readLedger(store, 'flights')).toHaveLength(2);
});

test('of twenty at once each digest gets one number', async () => {
  const registrations = await Promise.all(Array.from({ length: 20 }, (_, index) => register(`${index % 10}`)));
  const versions = await listVersions(store, 'flights');
  expect(versions.map((record) => record.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(new Set(versions.map((record) => record.digest)).size).toBe(10);
  expect(registrations.filter((registration) => registration.entry !== null)).toHaveLength(10);
});

test('a version is found by its number and by its names', async () => {
  await register('a');
  await register('b');
  await appendLedger(store, 'flights', { kind: 'promoted', version: 1 }, byTest);
  const found = await Promise.all(
    [2, '2', 'challenger', 'champion', 'reference'].map((name) => findVersion(store, 'flights', name)),
  );
  expect(found.map((record) => record.version)).toEqual([2, 2, 2, 1, 1]);
});

test('a version that is not there is refused with those that are', async () => {
  await expect(findVersion(store, 'flights', 'champion')).rejects.toThrow(/version\.unknown.*none yet.*'champion'/);
  await register('a');
  await register('b');
  for (const name of [3, '0', 'champion', 'latest', '']) {
    await expect(findVersion(store, 'flights', name)).rejects.toThrow(/version\.unknown.*: 1, 2, or an alias.*/);
  }
});
