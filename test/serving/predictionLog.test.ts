import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PredictionLine } from '../../serving/predictionLog.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
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

const afternoon = Date.parse('2001-03-15T14:59:59.999Z');

describe('the prediction log', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await openWorkbench();
    await route(bench.store, 1, await putVersion(bench.store, 1));
  });
  afterEach(() => bench.close());

  test('holds every answered row exactly once, as it was sent, and no refused one', async () => {
    const server = await bench.open();
    const url = `${server.url}/predict/${pipeline}`;
    const answered: string[] = [];
    for (let request = 0; request < 300; request += 1) {
      const rows = Array.from({ length: request % 7 }, (_, row) => ({ ...goodRow, distance: request * 10 + row }));
      const { status, body } = await post(url, rows);
      expect(status).toBe(request % 7 === 0 ? 400 : 200);
      answered.push(...(body.predictions ?? []).map(({ predictionId }) => predictionId));
    }
    await post(url, [goodRow, { ...goodRow, distance: 'far' }]);
    await server.close();
    const lines = await linesOf(bench.store);
    expect(lines.map(({ predictionId }) => predictionId).sort()).toEqual(answered.sort());
    expect(new Set(answered).size).toBe(answered.length);
  });

  test('tells the row, the score, the answer and who gave it, in the file of its hour', async () => {
    let now = afternoon;
    const server = await bench.open({ clock: () => now });
    const row = { ...goodRow, distance: '9007199254740993' };
    const first = (await post(`${server.url}/predict/${pipeline}`, { ...row, id: 'mine' })).body;
    now += 1;
    await post(`${server.url}/predict/${pipeline}`, goodRow);
    await server.close();
    const keys = await bench.store.list(`predictions/${pipeline}/`);
    expect(keys).toEqual([
      expect.stringMatching(
        /^predictions\/flight-delays\/2001-03-15T14\/[0-9a-f]{16}-\d+\.sha256=[0-9a-f]{64}\.ndjson$/,
      ),
      expect.stringMatching(
        /^predictions\/flight-delays\/2001-03-15T15\/[0-9a-f]{16}-\d+\.sha256=[0-9a-f]{64}\.ndjson$/,
      ),
    ]);
    const [line] = await linesOf(bench.store);
    expect(line).toEqual({
      predictionId: first.predictionId,
      id: 'mine',
      at: '2001-03-15T14:59:59.999Z',
      pipeline,
      version: 1,
      digest: first.digest,
      epoch: 1,
      variant: 'champion',
      reason: 'alone',
      row: { ...row, date: '2001-03-15T12:30:00.000Z' },
      score: first.score,
      threshold: 0.6,
      answer: 'late',
    });
    expect(line?.predictionId.split('-')[0]).toBe(/([0-9a-f]{16})-\d+\.sha256=/.exec(keys[0] ?? '')?.[1]);
  });

  test('is written within its interval, without a close', async () => {
    const { url } = await bench.open();
    await post(`${url}/predict/${pipeline}`, goodRow);
    expect(await until(async () => (await linesOf(bench.store))[0])).toMatchObject({ version: 1 });
  });

  test('keeps rows while the store is gone and writes them once it is back', async () => {
    const flaky = vanishing(bench.store);
    const server = await bench.open({ store: flaky.store });
    flaky.gone = true;
    const rows = new Array(25).fill(goodRow);
    for (let times = 0; times < 4; times += 1) await post(`${server.url}/predict/${pipeline}`, rows);
    expect(await logHealth(server.url)).toEqual({ waiting: 100, dropped: 0 });
    await until(() => bench.reports.some((line) => line.startsWith('The prediction log cannot be written')));
    flaky.gone = false;
    await until(async () => (await linesOf(bench.store)).length === 100);
    await until(async () => (await logHealth(server.url)).waiting === 0);
  });

  test('drops the oldest requests beyond its bound, counts them, and never an answer', async () => {
    const flaky = vanishing(bench.store);
    const server = await bench.open({ store: flaky.store, limits: { keepLogRows: 10 }, intervals: { routingMs: 5 } });
    flaky.gone = true;
    const ids: string[] = [];
    for (let times = 0; times < 30; times += 1) {
      const { status, body } = await post(`${server.url}/predict/${pipeline}`, goodRow);
      expect(status).toBe(200);
      ids.push(body.predictionId);
    }
    expect(await logHealth(server.url)).toEqual({ waiting: 10, dropped: 20 });
    expect((await get(`${server.url}/metrics`)).text).toContain('whet_prediction_log_dropped_rows_total 20\n');
    flaky.gone = false;
    await server.close();
    expect((await linesOf(bench.store)).map(({ predictionId }) => predictionId)).toEqual(ids.slice(20));
  });

  test('writes a file once whose create was told to have failed', async () => {
    const lying = { ...bench.store, create: failingAfterwards(bench.store) };
    const server = await bench.open({ store: lying });
    const { body } = await post(`${server.url}/predict/${pipeline}`, goodRow);
    await until(async () => (await logHealth(server.url)).waiting === 0);
    await server.close();
    expect((await linesOf(bench.store)).map(({ predictionId }) => predictionId)).toEqual([body.predictionId]);
  });

  test('says how many rows are lost when it closes without the store', async () => {
    const flaky = vanishing(bench.store);
    const server = await bench.open({ store: flaky.store });
    flaky.gone = true;
    await post(`${server.url}/predict/${pipeline}`, [goodRow, goodRow]);
    await server.close();
    expect(bench.reports).toContain('2 rows of the prediction log are lost: the store does not take them.');
  });
});

async function linesOf(store: ObjectStore): Promise<PredictionLine[]> {
  const keys = await store.list(`predictions/${pipeline}/`);
  const files = await Promise.all(keys.map((key) => store.read(key)));
  const texts = files.map((file) => Buffer.from(file?.bytes ?? []).toString());
  return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line));
}

async function logHealth(url: string): Promise<{ waiting: number; dropped: number }> {
  return (await get(`${url}/v2/health/ready`)).body.log;
}

/** The first create of each key works, and its caller hears that it did not. */
function failingAfterwards(store: ObjectStore): ObjectStore['create'] {
  const failed = new Set<string>();
  return async (key, bytes) => {
    const created = await store.create(key, bytes);
    if (failed.has(key)) return created;
    failed.add(key);
    throw new Error('the reply was lost');
  };
}
