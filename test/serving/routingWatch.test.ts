import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServingLease } from '../../core/routing.ts';
import { objectKey, readJson } from '../../storage/objects.ts';
import {
  get,
  goodRow,
  openWorkbench,
  pipeline,
  post,
  putVersion,
  route,
  until,
  vanishing,
  type Workbench,
} from './fixture.ts';

describe('watchRouting', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await openWorkbench();
  });
  afterEach(() => bench.close());

  const versionAt = async (url: string) => (await post(`${url}/predict/${pipeline}`, goodRow)).body.version;
  const lease = (id: string) => readJson<ServingLease>(bench.store, `serving/${pipeline}/workers/${id}.json`);

  test('prepares beside, flips by the next epoch, and tells both in its lease', async () => {
    const [one, two] = [await putVersion(bench.store, 1), await putVersion(bench.store, 2)];
    await route(bench.store, 1, one);
    const server = await bench.open({ id: 'w1' });
    expect(await versionAt(server.url)).toBe(1);
    await route(bench.store, 1, one, two);
    const prepared = await until(async () => {
      const found = await lease('w1');
      return found?.prepared.length === 2 ? found : undefined;
    });
    expect(prepared).toMatchObject({
      id: 'w1',
      pid: process.pid,
      url: server.url,
      epoch: 1,
      prepared: [1, 2],
      refused: {},
    });
    expect(await versionAt(server.url)).toBe(1);
    await route(bench.store, 2, two);
    await until(async () => (await lease('w1'))?.epoch === 2);
    expect(await versionAt(server.url)).toBe(2);
    expect(
      (await until(async () => ((await lease('w1'))?.prepared.length === 1 ? lease('w1') : undefined)))?.prepared,
    ).toEqual([2]);
  });

  test('renews its lease and takes it away when it closes', async () => {
    await route(bench.store, 1, await putVersion(bench.store, 1));
    let now = 1_000;
    const server = await bench.open({ id: 'w1', clock: () => now });
    await until(async () => (await lease('w1'))?.at === 1_000);
    now = 2_000;
    await until(async () => (await lease('w1'))?.at === 2_000);
    await server.close();
    expect(await lease('w1')).toBeUndefined();
  });

  test('refuses a version with its reason, goes on with the old one, and takes it once it is mended', async () => {
    const [one, two] = [await putVersion(bench.store, 1), await putVersion(bench.store, 2)];
    await route(bench.store, 1, one);
    const server = await bench.open({ id: 'w1' });
    const model = (await bench.store.read(objectKey(two.digest)))?.bytes ?? new Uint8Array();
    await bench.store.put(objectKey(two.digest), Buffer.from('damaged'));
    await route(bench.store, 2, two);
    const told = await until(async () => (await lease('w1'))?.refused['2']);
    expect(told).toContain('storage.damaged');
    expect((await lease('w1'))?.epoch).toBe(1);
    expect(await versionAt(server.url)).toBe(1);
    expect((await get(`${server.url}/v2/models/${pipeline}/versions/2`)).status).toBe(503);
    await bench.store.put(objectKey(two.digest), model);
    await until(async () => (await lease('w1'))?.epoch === 2);
    expect(await lease('w1')).toMatchObject({ refused: {}, prepared: [2] });
    expect(await versionAt(server.url)).toBe(2);
    expect(bench.reports.filter((line) => line.includes('version 2 is refused'))).toHaveLength(1);
  });

  test('refuses a package that is not the one the routing means', async () => {
    const [one, two] = [await putVersion(bench.store, 1), await putVersion(bench.store, 2)];
    await route(bench.store, 1, { ...one, package: two.package });
    const { url } = await bench.open({ id: 'w1' });
    expect((await get(`${url}/v2/health/ready`)).status).toBe(503);
    const { status, body } = await post(`${url}/predict/${pipeline}`, goodRow);
    expect(status).toBe(503);
    expect(body.error).toContain('model.digest-differs');
  });

  test('lets a newcomer go that is abandoned', async () => {
    const [one, two] = [await putVersion(bench.store, 1), await putVersion(bench.store, 2)];
    await route(bench.store, 1, one, two);
    const { url } = await bench.open();
    const challenger = `${url}/v2/models/${pipeline}/versions/challenger`;
    expect((await get(challenger)).status).toBe(200);
    await route(bench.store, 1, one, null);
    await until(async () => (await get(challenger)).status === 404);
    expect(await versionAt(url)).toBe(1);
  });

  test.each([
    ['text that is no JSON', () => '{'],
    ['a document that is no routing', () => '{"pipeline":"flight-delays","epoch":"7"}'],
    ['another champion under the same epoch', (two: object) => routing(5, two)],
    ['an older epoch', (two: object) => routing(4, two)],
  ])('does not follow %s', async (_, text) => {
    const [one, two] = [await putVersion(bench.store, 1), await putVersion(bench.store, 2)];
    await route(bench.store, 5, one);
    const { url } = await bench.open();
    await bench.store.put(`serving/${pipeline}/routing.json`, Buffer.from(text(two)));
    await until(() => bench.reports.some((line) => line.includes('is not followed: WhetError: routing.invalid')));
    expect(await versionAt(url)).toBe(1);
    await route(bench.store, 6, two);
    await until(async () => (await versionAt(url)) === 2);
  });

  test('goes on with the last routing while the store is gone, says so once, and follows again', async () => {
    const flaky = vanishing(bench.store);
    const [one, two] = [await putVersion(bench.store, 1), await putVersion(bench.store, 2)];
    await route(bench.store, 1, one);
    const { url } = await bench.open({ store: flaky.store });
    flaky.gone = true;
    const before = flaky.refused;
    await until(() => flaky.refused > before + 20);
    expect(await versionAt(url)).toBe(1);
    expect((await get(`${url}/v2/health/ready`)).status).toBe(200);
    flaky.gone = false;
    await route(bench.store, 2, two);
    await until(async () => (await versionAt(url)) === 2);
    expect(bench.reports.filter((line) => line.startsWith('The store does not answer'))).toHaveLength(1);
    expect(bench.reports.filter((line) => line.startsWith('The store answers again'))).toHaveLength(1);
  });

  test('is not ready without the store, and is once it comes', async () => {
    const flaky = vanishing(bench.store);
    await route(bench.store, 1, await putVersion(bench.store, 1));
    flaky.gone = true;
    const { url } = await bench.open({ store: flaky.store });
    const { status, headers } = await get(`${url}/v2/health/ready`);
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    flaky.gone = false;
    await until(async () => (await get(`${url}/v2/health/ready`)).status === 200);
  });

  test('starts again with the last routing, in every process', async () => {
    const [one, two] = [await putVersion(bench.store, 1), await putVersion(bench.store, 2)];
    await route(bench.store, 1, one);
    const first = await bench.open();
    await route(bench.store, 2, two);
    await until(async () => (await versionAt(first.url)) === 2);
    await first.close();
    const [second, third] = [await bench.open(), await bench.open()];
    expect([await versionAt(second.url), await versionAt(third.url)]).toEqual([2, 2]);
  });

  test('serves the pipelines that are named, and no other', async () => {
    await route(bench.store, 1, await putVersion(bench.store, 1));
    await route(bench.store, 1, await putVersion(bench.store, 2, 'other'), null, 'other');
    const { url } = await bench.open({ pipelines: ['other'] });
    expect((await post(`${url}/predict/${pipeline}`, goodRow)).status).toBe(404);
    expect((await post(`${url}/predict/other`, goodRow)).body.version).toBe(2);
  });

  test('knows a pipeline that is named before anything was published of it', async () => {
    const { url } = await bench.open({ pipelines: [pipeline] });
    const { status, body } = await post(`${url}/predict/${pipeline}`, goodRow);
    expect([status, body.code]).toEqual([503, 'model.not-ready']);
    await route(bench.store, 1, await putVersion(bench.store, 1));
    await until(async () => (await versionAt(url)) === 1);
  });

  test('refuses a port that is taken', async () => {
    const { url } = await bench.open();
    await expect(bench.open({ port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
  });
});

function routing(epoch: number, champion: object): string {
  return JSON.stringify({ pipeline, ledger: epoch, epoch, champion, prepare: null });
}
