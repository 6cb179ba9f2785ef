import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Metadata } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TrafficLine } from '../../core/trafficLine.ts';
import { callMetadata } from '../../serving/grpc/callMetadata.ts';
import type { PredictionLine } from '../../serving/predictionLog.ts';
import { openTrafficLog } from '../../serving/trafficLog.ts';
import { digestOf } from '../../storage/digest.ts';
import {
  goodRow,
  openWorkbench,
  pipeline,
  post,
  putVersion,
  quick,
  route,
  vanishing,
  type Workbench,
} from './fixture.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench();
  await route(bench.store, 1, await putVersion(bench.store, 1));
});
afterEach(() => bench.close());

async function linesOf<Line>(folder: string): Promise<Line[]> {
  const keys = await bench.store.list(folder);
  const files = await Promise.all(keys.map(async (key) => Buffer.from((await bench.store.read(key))?.bytes ?? '')));
  return files.flatMap((file) => file.toString().trim().split('\n')).map((line) => JSON.parse(line) as Line);
}

test('a process tells how many requests there were, why some failed, and how long the others took', async () => {
  const at = Date.parse('2001-03-15T12:07:00Z');
  const { url, close } = await bench.open({ clock: () => at });
  await Promise.all([
    ...[goodRow, { ...goodRow, distance: 'far' }, goodRow].map((row) => post(`${url}/predict/${pipeline}`, row)),
    post(`${url}/v2/models/${pipeline}/infer`, 'no JSON'),
    post(`${url}/predict/${pipeline}`, goodRow, { 'x-whet-deadline-ms': '0' }),
    post(`${url}/predict/nothing-of-that-name`, goodRow),
    post(`${url}/feedback/${pipeline}`, []),
  ]);
  await close();
  expect(await bench.store.list('traffic/')).toEqual([
    expect.stringMatching(/^traffic\/flight-delays\/2001-03-15T12\/07-[0-9a-f]{16}-\d+\.sha256=[0-9a-f]{64}\.ndjson$/),
  ]);
  const [line] = await linesOf<TrafficLine>('traffic/');
  const time = new Date(at).toISOString();
  expect(line).toMatchObject({ pipeline, from: time, to: time, requests: 5 });
  expect(line?.errors).toEqual({ 'row.wrong-value': 1, 'request.invalid': 1, 'request.late': 1 });
  expect(Object.values(line?.latency ?? {}).reduce<number>((sum, count = 0) => sum + count, 0)).toBe(2);
});

test('what is turned away unread is counted as well', async () => {
  const { url, close } = await bench.open({ limits: { concurrency: 0 }, intervals: { ...quick, drainMs: 20 } });
  await post(`${url}/predict/${pipeline}`, goodRow);
  await post(`${url}/v2/models/${pipeline}/infer`, {});
  await close();
  expect(await linesOf('traffic/')).toMatchObject([{ requests: 2, errors: { 'server.busy': 2 }, latency: {} }]);
});

test('lines wait while the store is gone, one after the other, and those of too long ago are given up and told', async () => {
  const flaky = vanishing(bench.store);
  let now = Date.parse('2001-03-15T12:00:00Z');
  const told: string[] = [];
  const traffic = openTrafficLog({
    ...{ store: flaky.store, session: 's', everyMs: 3_600_000, keepLines: 10, clock: () => now },
    ...{ isServed: () => true, report: (line) => void told.push(line) },
  });
  await traffic.flush();
  flaky.gone = true;
  for (let minute = 0; minute < 12; minute += 1) {
    traffic.ended(pipeline, undefined, 1);
    now += 60_000;
    await traffic.flush();
  }
  expect(told).toEqual([
    expect.stringContaining('cannot be written'),
    ...new Array(2).fill(expect.stringContaining('1 lines of the traffic are lost')),
  ]);
  flaky.gone = false;
  await traffic.close();
  const lines = await linesOf<TrafficLine>('traffic/');
  expect(lines).toHaveLength(10);
  expect(new Set(lines.map(({ from }) => from))).toContain('2001-03-15T12:02:00.000Z');
});

test('a process that ends without the store says what is lost, and its answers waited for none of it', async () => {
  const flaky = vanishing(bench.store);
  const { url, close } = await bench.open({ store: flaky.store });
  flaky.gone = true;
  expect((await post(`${url}/predict/${pipeline}`, goodRow)).status).toBe(200);
  await close();
  expect(bench.reports).toContain('1 lines of the traffic are lost: the store does not take them.');
});

test('a line of the prediction log names who sent the row: the header, or else the name of the key', async () => {
  const file = join(bench.folder, 'keys.json');
  const key = { name: 'airport', roles: ['predict'], sha256: digestOf(Buffer.from('whet_x')), made: '2001-01-01' };
  await writeFile(file, JSON.stringify({ keys: [key] }));
  const { url, close } = await bench.open({ keys: file });
  const authorization = 'Bearer whet_x';
  await post(`${url}/predict/${pipeline}`, goodRow, { authorization, 'x-whet-producer': 'gate 7' });
  await post(`${url}/predict/${pipeline}`, goodRow, { authorization });
  await close();
  const open = await bench.open();
  await post(`${open.url}/predict/${pipeline}`, goodRow);
  await open.close();
  const lines = await linesOf<PredictionLine>('predictions/');
  expect(lines.map(({ producer }) => producer).sort()).toEqual(['airport', 'gate 7', undefined]);
});

test('a call over gRPC that does not name its producer goes by its key', () => {
  const [metadata, getDeadline] = [new Metadata(), () => Number.POSITIVE_INFINITY];
  expect(callMetadata({ metadata, getDeadline }, 'airport')('producer')).toBe('airport');
  metadata.set('x-whet-producer', 'gate 7');
  expect(callMetadata({ metadata, getDeadline }, 'airport')('producer')).toBe('gate 7');
});
