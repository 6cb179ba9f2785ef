import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObject, objectKey, putObject, readJson } from '../../storage/objects.ts';

const text = (value: string) => Buffer.from(value);

/** What every implementation of the port must do. */
describe.each([['local disk', localDisk]])('an object store on %s', (_name, open) => {
  let folder: string;
  let store: ObjectStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whet-store-'));
    store = open(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const held = async (key: string) => (await store.read(key))?.bytes.toString();

  test('creates once, however many try at once', async () => {
    const created = await Promise.all(Array.from({ length: 20 }, (_, one) => store.create('a/b.json', text(`${one}`))));
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await held('a/b.json')).toBe(`${created.indexOf(true)}`);
  });

  test('swaps only what the etag names: of many at once, one wins', async () => {
    expect(await store.swap('r', text('0'), 'an etag of nothing')).toBeUndefined();
    const first = await store.swap('r', text('0'), null);
    expect(await store.swap('r', text('x'), null)).toBeUndefined();
    const swapped = await Promise.all(
      Array.from({ length: 10 }, (_, one) => store.swap('r', text(`s${one}`), first ?? null)),
    );
    expect(swapped.filter((etag) => etag !== undefined)).toHaveLength(1);
    expect((await store.read('r'))?.etag).toBe(swapped.find((etag) => etag !== undefined));
  });

  test('lists by prefix, sorted, and forgets what was removed', async () => {
    for (const key of ['p/2', 'p/1/x', 'q/1', 'p/10']) await store.put(key, text(key));
    expect(await store.list('p/')).toEqual(['p/1/x', 'p/10', 'p/2']);
    expect(await store.list('p/1')).toEqual(['p/1/x', 'p/10']);
    await store.remove('p/2');
    expect([await store.has('p/2'), await store.has('p/10'), await store.read('p/2')]).toEqual([
      false,
      true,
      undefined,
    ]);
    expect(await store.list('none/')).toEqual([]);
  });

  test('takes files, and gives files', async () => {
    await writeFile(join(folder, 'given'), 'bytes');
    expect([
      await store.createFromFile('f', join(folder, 'given')),
      await store.createFromFile('f', join(folder, 'given')),
    ]).toEqual([true, false]);
    expect(await held('f')).toBe('bytes');
    await expect(store.file('missing')).rejects.toMatchObject({ code: 'storage.missing' });
  });

  test('refuses keys that leave the store', async () => {
    for (const key of ['../x', 'a/../../x', '/etc/x', 'a//b', '']) {
      await expect(store.put(key, text('x'))).rejects.toMatchObject({ code: 'input.invalid' });
    }
  });

  test('an object that changed under its digest is told, and so is JSON that is none', async () => {
    const digest = await putObject(store, text('right'));
    expect(Buffer.from(await getObject(store, digest)).toString()).toBe('right');
    await store.put(objectKey(digest), text('wrong'));
    await expect(getObject(store, digest)).rejects.toMatchObject({ code: 'storage.damaged' });
    await store.put('broken.json', text('{'));
    await expect(readJson(store, 'broken.json')).rejects.toMatchObject({ code: 'storage.damaged' });
  });
});
