import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkedFile, createCheckedFile } from '../../storage/checkedFile.ts';
import { digestOf } from '../../storage/digest.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObject, objectKey, putObject, putObjectFile, readJson } from '../../storage/objects.ts';
import { openStore } from '../../storage/openStore.ts';
import { findVersitygw } from './findVersitygw.ts';
import { type S3Server, startS3Server } from './s3Server.ts';

const text = (value: string) => Buffer.from(value);
const times = (count: number) => Array.from({ length: count }, (_, one) => one);

const versitygw = await findVersitygw();
let s3: S3Server | undefined;

/** Each opens an empty store; the folder is for whatever it keeps on this machine. */
const adapters: Record<string, (folder: string) => ObjectStore> = {
  'local disk': (folder) => localDisk(join(folder, 'store')),
  S3: (folder) => openStore(s3?.location() ?? '', join(folder, 'copies')),
};

/** What every implementation of the port must do. */
describe.each(Object.entries(adapters))('an object store on %s', (name, open) => {
  describe.skipIf(name === 'S3' && versitygw === undefined)('that can be had', () => {
    let folder: string;
    let store: ObjectStore;
    beforeAll(async () => {
      if (name === 'S3') s3 = await startS3Server(versitygw ?? '');
    });
    afterAll(async () => {
      if (name === 'S3') await s3?.stop();
    });
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'whet-store-'));
      store = open(folder);
    });
    afterEach(() => rm(folder, { recursive: true }));

    const held = async (key: string) => (await store.read(key))?.bytes.toString();

    test('creates once, however many try at once', async () => {
      const created = await Promise.all(times(100).map((one) => store.create('a/b.json', text(`${one}`))));
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(await held('a/b.json')).toBe(`${created.indexOf(true)}`);
    });

    test('swaps only what the etag names: of many at once, one wins', async () => {
      expect(await store.swap('r', text('0'), 'an etag of nothing')).toBeUndefined();
      const first = await store.swap('r', text('0'), null);
      expect(await store.swap('r', text('x'), null)).toBeUndefined();
      const swapped = await Promise.all(times(10).map((one) => store.swap('r', text(`s${one}`), first ?? null)));
      expect(swapped.filter((etag) => etag !== undefined)).toHaveLength(1);
      expect((await store.read('r'))?.etag).toBe(swapped.find((etag) => etag !== undefined));
      await store.remove('r');
      expect(await store.swap('r', text('y'), first ?? null)).toBeUndefined();
    });

    test('loses no step of a number that many count up by swaps', async () => {
      await store.create('n', text('0'));
      const countUp = async (): Promise<void> => {
        for (let done = 0; done < 50; ) {
          const { bytes, etag } = (await store.read('n')) ?? { bytes: text(''), etag: null };
          if ((await store.swap('n', text(`${Number(bytes.toString()) + 1}`), etag)) !== undefined) done += 1;
        }
      };
      await Promise.all(times(4).map(countUp));
      expect(await held('n')).toBe('200');
    });

    test('lists by prefix, sorted, and forgets what was removed', async () => {
      for (const key of ['p/2', 'p/1/x', 'q/1', 'p/10']) await store.put(key, text(key));
      expect(await store.list('p/')).toEqual(['p/1/x', 'p/10', 'p/2']);
      expect(await store.list('p/1')).toEqual(['p/1/x', 'p/10']);
      expect(await store.list('')).toEqual(['p/1/x', 'p/10', 'p/2', 'q/1']);
      await store.remove('p/2');
      await store.remove('p/2');
      expect([await store.has('p/2'), await store.has('p/10'), await store.read('p/2')]).toEqual([
        false,
        true,
        undefined,
      ]);
      expect(await store.list('none/')).toEqual([]);
    });

    test('tells size and time of each object, and the digest of its bytes', async () => {
      const before = Date.now();
      await store.put('e/2', text('bytes'));
      await store.put('e/1', text(''));
      const entries = await store.entries('e/');
      expect(entries.map(({ key, bytes }) => [key, bytes])).toEqual([
        ['e/1', 0],
        ['e/2', 5],
      ]);
      // A bucket tells whole seconds.
      for (const { modifiedMs } of entries) expect(modifiedMs).toBeGreaterThan(before - 2_000);
      expect([await store.digest('e/2'), await store.digest('e/3')]).toEqual([digestOf('bytes'), undefined]);
    });

    test('a file that was noted with its digest is checked when it is read', async () => {
      await writeFile(join(folder, 'given'), 'bytes');
      await createCheckedFile(store, 'c/x.parquet', join(folder, 'given'));
      await createCheckedFile(store, 'c/x.parquet', join(folder, 'given'));
      expect(await readFile(await checkedFile(store, 'c/x.parquet'), 'utf8')).toBe('bytes');
      await store.put('c/x.parquet', text('bytez'));
      await expect(checkedFile(store, 'c/x.parquet')).rejects.toMatchObject({ code: 'storage.damaged' });
      await store.put('c/plain', text('never noted'));
      expect(await readFile(await checkedFile(store, 'c/plain'), 'utf8')).toBe('never noted');
    });

    test('takes files, and gives files', async () => {
      await writeFile(join(folder, 'given'), 'bytes');
      expect([
        await store.createFromFile('f', join(folder, 'given')),
        await store.createFromFile('f', join(folder, 'given')),
      ]).toEqual([true, false]);
      expect(await held('f')).toBe('bytes');
      expect(await readFile(await store.file('f'), 'utf8')).toBe('bytes');
      await store.put('f', text('others'));
      expect(await readFile(await store.file('f'), 'utf8')).toBe('others');
      await expect(store.file('missing')).rejects.toMatchObject({ code: 'storage.missing' });
    });

    test('takes a file of 20 MiB once, however many bring it at once, and gives its bytes again', async () => {
      const bytes = randomBytes(20 << 20);
      await writeFile(join(folder, 'given'), bytes);
      const created = await Promise.all(times(3).map(() => store.createFromFile('big', join(folder, 'given'))));
      expect(created.filter(Boolean)).toHaveLength(1);
      const digest = await putObjectFile(store, join(folder, 'given'));
      const copies = [await store.file('big'), await store.file(objectKey(digest))].map((path) => readFile(path));
      for (const copy of [...(await Promise.all(copies)), await getObject(store, digest)]) {
        expect(bytes.equals(copy)).toBe(true);
      }
    });

    test('refuses keys that some store cannot hold, and prefixes that lead out of it', async () => {
      const long = 'x'.repeat(251);
      for (const key of ['../x', 'a/../../x', 'a/./x', '/etc/x', 'a//b', 'a/', '', 'ä', long, 'tmp/x', 'x.lock']) {
        await expect(store.put(key, text('x'))).rejects.toMatchObject({ code: 'input.invalid' });
        await expect(store.read(key)).rejects.toMatchObject({ code: 'input.invalid' });
      }
      for (const prefix of ['../', '/', 'a/../b', 'a//']) {
        await expect(store.list(prefix)).rejects.toMatchObject({ code: 'input.invalid' });
      }
      await store.put(`${long.slice(1)}/${long.slice(1)}`, text('x'));
      expect(await store.list(long.slice(9))).toHaveLength(1);
    });

    test("refuses a key that is another key's folder, or below another key", async () => {
      await store.put('k/child', text('x'));
      for (const key of ['k', 'k/child/of']) {
        await expect(store.create(key, text('x'))).rejects.toMatchObject({ code: 'input.invalid' });
        await expect(store.put(key, text('x'))).rejects.toMatchObject({ code: 'input.invalid' });
        await expect(store.swap(key, text('x'), null)).rejects.toMatchObject({ code: 'input.invalid' });
        expect([await store.read(key), await store.has(key)]).toEqual([undefined, false]);
      }
      expect(await store.list('')).toEqual(['k/child']);
    });

    test('an object that changed under its digest is told, and so is JSON that is none', async () => {
      const digest = await putObject(store, text('right'));
      expect(Buffer.from(await getObject(store, digest)).toString()).toBe('right');
      await store.put(objectKey(digest), text('wrong'));
      await expect(getObject(store, digest)).rejects.toMatchObject({ code: 'storage.damaged' });
      await expect(store.file(objectKey(digest))).rejects.toMatchObject({ code: 'storage.damaged' });
      const named = `log/1.sha256=${digest}.ndjson`;
      await store.put(named, text('right'));
      expect(await readFile(await store.file(named), 'utf8')).toBe('right');
      await store.put(named, text('wrong'));
      await expect(store.read(named)).rejects.toMatchObject({ code: 'storage.damaged' });
      await store.put('broken.json', text('{'));
      await expect(readJson(store, 'broken.json')).rejects.toMatchObject({ code: 'storage.damaged' });
    });
  });
});
