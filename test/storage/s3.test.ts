import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concurrently } from '../../storage/concurrently.ts';
import { digestOf } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { objectKey } from '../../storage/objects.ts';
import { openStore } from '../../storage/openStore.ts';
import { findVersitygw } from './findVersitygw.ts';
import { losingProxy } from './losingProxy.ts';
import { credentials, type S3Server, startS3Server } from './s3Server.ts';

const text = (value: string) => Buffer.from(value);
const times = (count: number) => Array.from({ length: count }, (_, one) => one);
const versitygw = await findVersitygw();

describe.skipIf(versitygw === undefined)('a store on S3', () => {
  let server: S3Server;
  let folder: string;
  beforeAll(async () => {
    server = await startS3Server(versitygw ?? '');
    folder = await mkdtemp(join(tmpdir(), 'whet-s3-files-'));
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const lost = Symbol('no answer');
  const opened = (location = server.location()) => openStore(location, join(folder, 'copies'));
  /** Asks again as long as answers are lost. */
  const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (;;) {
      const answer = await ask().catch((error: { code: string }) => {
        expect(error.code).toBe('storage.unreachable');
        return lost;
      });
      if (answer !== lost) return answer as T;
    }
  };
  /** The file in which the server keeps an object. */
  const fileOf = (location: string, key: string) =>
    join(server.bucketFolder, /^s3:\/\/[^/]+\/([^?]+)/.exec(location)?.[1] ?? '', key);

  test('tells a write as stored whose answer was lost', async () => {
    const proxy = await losingProxy(server.port, (answer) => answer % 2 === 1);
    const store = opened(server.location(proxy.port));
    expect(await store.create('once', text('mine'))).toBe(true);
    expect(await store.create('once', text('mine'))).toBe(false);
    const first = await store.swap('r', text('1'), null);
    const second = await store.swap('r', text('2'), first ?? null);
    expect((await store.read('r'))?.etag).toBe(second);
    expect(proxy.lost()).toBeGreaterThan(4);
    await proxy.close();
  });

  test('counts exactly while answers are lost: also where others have replaced what was stored', async () => {
    let answers = 0;
    const proxy = await losingProxy(server.port, () => answers++ % 5 === 4);
    const location = server.location(proxy.port);
    await opened(location).create('n', text(''));
    const countUp = async (store: ObjectStore, client: number): Promise<void> => {
      for (let done = 0; done < 15; ) {
        const mine = `${client}-${done} `;
        const { bytes, etag } = (await patiently(() => store.read('n'))) ?? { bytes: text(''), etag: null };
        expect(bytes.toString()).not.toContain(mine);
        const swapped = await store.swap('n', text(`${bytes}${mine}`), etag).catch(async (error: { code: string }) => {
          // Five answers in a row were lost: whether it was stored is for the caller to find out.
          expect(error.code).toBe('storage.unreachable');
          const now = await patiently(() => store.read('n'));
          return now?.bytes.toString().includes(mine) === true ? now.etag : undefined;
        });
        if (swapped !== undefined) done += 1;
      }
    };
    await Promise.all(times(4).map((client) => countUp(opened(location), client)));
    const counted = (await opened(location).read('n'))?.bytes.toString().trim().split(' ') ?? [];
    expect([counted.length, new Set(counted).size]).toEqual([60, 60]);
    expect(proxy.lost()).toBeGreaterThan(20);
    await proxy.close();
  });

  test('a large file arrives though answers are lost, and is created once', async () => {
    const proxy = await losingProxy(server.port, (answer) => answer % 3 === 0);
    const store = opened(server.location(proxy.port));
    const bytes = randomBytes(20 << 20);
    await writeFile(join(folder, 'large'), bytes);
    expect(await store.createFromFile('large', join(folder, 'large'))).toBe(true);
    expect(await store.createFromFile('large', join(folder, 'large'))).toBe(false);
    expect(bytes.equals(await readFile(await store.file('large')))).toBe(true);
    await proxy.close();
  });

  test('takes no file that is not what its key says, and leaves no parts behind', async () => {
    const location = server.location();
    await writeFile(join(folder, 'changed'), randomBytes(17 << 20));
    const key = objectKey(digestOf('something else'));
    const sent = opened(location).createFromFile(key, join(folder, 'changed'));
    await expect(sent).rejects.toMatchObject({ code: 'source.changed' });
    expect(await opened(location).list('')).toEqual([]);
    const endpoint = `http://127.0.0.1:${server.port}`;
    const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
    const { Uploads: uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'whet-tests' }));
    expect(uploads).toEqual([]);
  });

  test('works on through a server that is killed and comes back; what it acknowledged is there', async () => {
    const store = opened();
    let acknowledged = 0;
    const writing = concurrently(times(120), 8, async (one) => {
      // What was not acknowledged is asked again, as an activity that is retried does.
      for (let created: boolean | undefined; created === undefined; ) {
        created = await store.create(`k/${one}`, text(`${one}`)).catch((error: { code: string }) => {
          expect(error.code).toBe('storage.unreachable');
          return undefined;
        });
      }
      acknowledged += 1;
    });
    for (const at of [20, 60]) {
      await expect.poll(() => acknowledged, { interval: 1, timeout: 20_000 }).toBeGreaterThan(at);
      await server.kill();
      await server.restart();
    }
    await writing;
    const read = await concurrently(times(120), 8, async (one) => (await store.read(`k/${one}`))?.bytes.toString());
    expect(read).toEqual(times(120).map(String));
  });

  test('tells an object that was changed in the bucket', async () => {
    const location = server.location();
    const store = opened(location);
    for (const key of ['ledger/1.json', objectKey(digestOf('bytes'))]) {
      await store.create(key, text('bytes'));
      await writeFile(fileOf(location, key), 'bites');
      await expect(store.read(key)).rejects.toMatchObject({ code: 'storage.damaged' });
      await expect(store.file(key)).rejects.toMatchObject({ code: 'storage.damaged' });
    }
    expect(await readdir(join(folder, 'copies', 'tmp'))).toEqual([]);
  });

  test('lists more than one answer holds', async () => {
    const store = opened();
    const keys = times(1_010).map((one) => `many/${String(one).padStart(4, '0')}`);
    await concurrently(keys, 32, (key) => store.put(key, text('')));
    expect(await store.list('many/')).toEqual(keys);
    expect(await store.list('many/10')).toHaveLength(10);
  });

  test('keeps one copy of each file, and needs the server no more for what is content-addressed', async () => {
    const store = openStore(server.location(), join(folder, 'own copies'));
    const key = objectKey(digestOf('bytes'));
    await store.create(key, text('bytes'));
    const paths = await Promise.all(times(5).map(() => store.file(key)));
    expect(new Set(paths).size).toBe(1);
    await store.remove(key);
    expect(await store.file(key)).toBe(paths[0]);
    expect(await readdir(join(folder, 'own copies'))).toHaveLength(2);
  });

  test('says what is wrong with a bucket, credentials or an address, and nothing that is secret', async () => {
    const at = `endpoint=http://127.0.0.1:${server.port}`;
    await expect(opened(`s3://no-such-bucket?${at}`).read('x')).rejects.toMatchObject({ code: 'storage.no-bucket' });
    await expect(opened(`s3://no-such-bucket?${at}`).create('x', text(''))).rejects.toMatchObject({
      code: 'storage.no-bucket',
    });
    const gone = opened('s3://whet-tests?endpoint=http://127.0.0.1:9').read('ledger/1.json');
    await expect(gone).rejects.toMatchObject({ code: 'storage.unreachable', outcome: 'retry' });
    await expect(gone).rejects.toThrow('s3://whet-tests/ledger/1.json');
    process.env.AWS_SECRET_ACCESS_KEY = 'not the secret';
    const denied = await opened()
      .read('x')
      .catch((error: unknown) => error);
    Object.assign(process.env, credentials);
    expect(denied).toMatchObject({ code: 'storage.denied', outcome: 'stop' });
    expect(`${denied}${JSON.stringify(denied)}`).not.toContain('secret for');
  });
});
