import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoutedVersion, ServingLease } from '../../core/routing.ts';
import type { Server } from '../../serving/server.ts';
import type { ServerOptions } from '../../serving/serverOptions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { objectKey, putJson, readJson } from '../../storage/objects.ts';
import { openStore } from '../../storage/openStore.ts';
import { findVersitygw } from '../storage/findVersitygw.ts';
import { startS3Server } from '../storage/s3Server.ts';
import {
  get,
  goodRow,
  openWorkbench,
  pipeline,
  post,
  putVersion,
  quick,
  route,
  until,
  vanishing,
  type Workbench,
} from './fixture.ts';

const versitygw = await findVersitygw();

describe('a serving process that starts without its store', () => {
  let bench: Workbench;
  let kept: string;
  let keep: ObjectStore;
  beforeEach(async () => {
    bench = await openWorkbench();
    kept = await mkdtemp(join(tmpdir(), 'whet-kept-'));
    keep = localDisk(kept);
    await putJson(bench.store, 'plans/none.json', { id: pipeline });
  });
  afterEach(async () => {
    await bench.close();
    await rm(kept, { recursive: true, force: true });
  });

  const predicted = async ({ url }: Server) => (await post(`${url}/predict/${pipeline}`, goodRow)).body;
  const storeOf = async ({ url }: Server) => (await get(`${url}/v2/health/ready`)).body.store;
  const lease = (id: string) => readJson<ServingLease>(bench.store, `serving/${pipeline}/workers/${id}.json`);
  /** One process serves, and keeps, what the store names; then it ends. */
  const servedOnce = async (options: Partial<ServerOptions> = {}): Promise<void> => {
    const server = await bench.open({ keep, ...options });
    expect(await predicted(server)).toMatchObject({ version: 1 });
    await server.close();
  };
  const twoVersions = async (): Promise<[RoutedVersion, RoutedVersion]> => {
    const versions = [await putVersion(bench.store, 1), await putVersion(bench.store, 2)] as const;
    await route(bench.store, 1, ...versions);
    return [...versions];
  };

  test('answers by the routing that was followed last, and says so', async () => {
    await twoVersions();
    await servedOnce();
    const flaky = vanishing(bench.store);
    flaky.gone = true;
    const server = await bench.open({ store: flaky.store, keep });
    expect(await predicted(server)).toMatchObject({ version: 1, epoch: 1 });
    expect(await storeOf(server)).toEqual({ answers: false, kept: [pipeline] });
    expect((await get(`${server.url}/v2/models/${pipeline}/versions/2/ready`)).status).toBe(200);
    expect((await get(server.url)).text).toContain('epoch 1, kept on this machine');
    expect(bench.reports).toContain(
      `${pipeline}: the store gives no routing; epoch 1, kept on this machine, is followed until it does.`,
    );
  });

  test('follows the store again as soon as it answers', async () => {
    const [, two] = await twoVersions();
    await servedOnce();
    const flaky = vanishing(bench.store);
    flaky.gone = true;
    const server = await bench.open({ store: flaky.store, keep, id: 'w1' });
    await route(bench.store, 2, two);
    expect(await predicted(server)).toMatchObject({ version: 1 });
    flaky.gone = false;
    await until(async () => (await predicted(server)).version === 2);
    await until(async () => (await storeOf(server)).answers);
    expect((await storeOf(server)).kept).toEqual([]);
    await until(async () => (await lease('w1'))?.epoch === 2 && (await lease('w1'))?.kept === undefined);
    expect(await until(async () => (await readKept())?.epoch === 2)).toBe(true);
  });

  test('waits no longer than its patience for a store that says nothing at all', async () => {
    await twoVersions();
    await servedOnce();
    const silent = { ...bench.store, read: never<Awaited<ReturnType<ObjectStore['read']>>>, list: never<string[]> };
    const server = await bench.open({ store: silent, keep });
    expect(await predicted(server)).toMatchObject({ version: 1 });
    expect((await storeOf(server)).answers).toBe(false);
  });

  test('takes the store at its word where it answers, and keeps no older epoch over a later one', async () => {
    const [one, two] = await twoVersions();
    await route(bench.store, 7, one);
    await servedOnce();
    await route(bench.store, 3, two);
    const restored = await bench.open({ keep });
    expect(await predicted(restored)).toMatchObject({ version: 2, epoch: 3 });
    expect(await storeOf(restored)).toEqual({ answers: true, kept: [] });
    expect((await readKept())?.epoch).toBe(7);
  });

  test('serves nothing of what is damaged, until the store is back', async () => {
    const [one] = await twoVersions();
    await servedOnce();
    await keep.put(objectKey(one.digest), Buffer.from('damaged'));
    const flaky = vanishing(bench.store);
    flaky.gone = true;
    const server = await bench.open({ store: flaky.store, keep });
    expect((await post(`${server.url}/predict/${pipeline}`, goodRow)).status).toBe(503);
    flaky.gone = false;
    await until(async () => (await predicted(server)).version === 1);
  });

  test('lets go of packages that no routing has named for an hour', async () => {
    const [one, two] = await twoVersions();
    await servedOnce();
    const anHourAgo = (Date.now() - 3_700_000) / 1_000;
    for (const each of [one, two]) await utimes(join(kept, objectKey(each.digest)), anHourAgo, anHourAgo);
    await route(bench.store, 2, two);
    const server = await bench.open({ keep });
    await until(async () => !(await keep.has(objectKey(one.digest))));
    expect(await keep.has(objectKey(two.digest))).toBe(true);
    expect(await predicted(server)).toMatchObject({ version: 2 });
  });

  test.skipIf(versitygw === undefined)(
    'on S3: answers while the server is dead, and follows it once it lives',
    async () => {
      const s3 = await startS3Server(versitygw ?? '');
      try {
        const store = openStore(s3.location(), join(kept, 'copies'));
        const [one, two] = [await putVersion(store, 1), await putVersion(store, 2)];
        await putJson(store, 'plans/none.json', { id: pipeline });
        await route(store, 1, one);
        await servedOnce({ store });
        await s3.kill();
        const server = await bench.open({ store, keep, intervals: { ...quick, routingMs: 50, leaseMs: 200 } });
        expect(await predicted(server)).toMatchObject({ version: 1, epoch: 1 });
        await s3.restart();
        await route(store, 2, two);
        await until(async () => (await predicted(server)).version === 2);
        await server.close();
      } finally {
        await s3.stop();
      }
    },
  );

  const readKept = () => readJson<{ epoch: number }>(keep, `serving/${pipeline}/routing.json`);
});

function never<T>(): Promise<T> {
  return new Promise(() => {});
}
