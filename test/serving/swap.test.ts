import { fork } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoutedVersion, ServingLease } from '../../core/routing.ts';
import { goodRow, openWorkbench, pipeline, putVersion, route, until, type Workbench } from './fixture.ts';
import type { ClientMessage, Seen } from './loadClient.ts';

const swaps = 5;
const requests = 20_000;

describe('a swap under load', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await openWorkbench();
  });
  afterEach(() => bench.close());

  test('loses no request, and every connection sees each version once, in order', async () => {
    const versions: RoutedVersion[] = [];
    for (let version = 1; version <= swaps + 1; version += 1) versions.push(await putVersion(bench.store, version));
    const [first = null] = versions;
    await route(bench.store, 1, first);
    const server = await bench.open({ intervals: { routingMs: 50, leaseMs: 200, logMs: 200 } });
    const load = underLoad(`${server.url}/predict/${pipeline}`);
    for (let swap = 1; swap <= swaps; swap += 1) {
      // A machine that is busy with other tests takes its time for thousands of answers.
      await until(async () => load.answered() >= (swap * requests) / (swaps + 1), 60_000);
      await swapTo(bench, versions[swap - 1] ?? null, versions[swap] ?? null, swap + 1);
    }
    const seen = await load.end();
    for (const connection of seen) {
      const epochs = connection.map(({ epoch }) => epoch);
      expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
      expect(new Set(epochs).size).toBe(epochs.length);
      for (const { epoch, version, digest } of connection) {
        expect([version, digest]).toEqual([epoch, versions[epoch - 1]?.digest]);
      }
    }
    expect(new Set(seen.flat().map(({ epoch }) => epoch)).size).toBe(swaps + 1);
    const answers = seen.flat().reduce((sum, { answers: count }) => sum + count, 0);
    expect(answers).toBeGreaterThanOrEqual(requests);
    await server.close();
    expect(await loggedRows(bench)).toBe(answers);
  });
});

/** As a rollout does: prepare, wait for the lease, publish the next epoch, wait until it is applied. */
async function swapTo(bench: Workbench, old: RoutedVersion | null, next: RoutedVersion | null, epoch: number) {
  await route(bench.store, epoch - 1, old, next);
  await until(async () => (await leaseIn(bench)).prepared?.includes(next?.version ?? 0) ?? false);
  await route(bench.store, epoch, next);
  await until(async () => (await leaseIn(bench)).epoch === epoch);
}

async function leaseIn(bench: Workbench): Promise<Partial<ServingLease>> {
  const [key] = await bench.store.list(`serving/${pipeline}/workers/`);
  const lease = key === undefined ? undefined : await bench.store.read(key);
  return JSON.parse(Buffer.from(lease?.bytes ?? Buffer.from('{}')).toString());
}

/** Eight connections of another process, from now until `end`, and `requests` at least. */
function underLoad(url: string): { answered(): number; end(): Promise<readonly (readonly Seen[])[]> } {
  const client = join(import.meta.dirname, 'loadClient.ts');
  const child = fork(client, [url, JSON.stringify(goodRow), String(requests), '8'], { execArgv: [] });
  let answered = 0;
  const seen = new Promise<readonly (readonly Seen[])[]>((resolve, reject) => {
    child.on('message', (message: ClientMessage) => {
      if (message.kind === 'progress') answered = message.answered;
      else if (message.failures.length > 0) reject(new Error(message.failures.slice(0, 3).join('; ')));
      else resolve(message.connections);
    });
    child.on('exit', (code) => reject(new Error(`The client ended with ${code}`)));
  });
  const end = () => {
    child.send('enough');
    return seen;
  };
  return { answered: () => answered, end };
}

async function loggedRows(bench: Workbench): Promise<number> {
  const keys = await bench.store.list(`predictions/${pipeline}/`);
  const ids: string[] = [];
  for (const key of keys) {
    const text = Buffer.from((await bench.store.read(key))?.bytes ?? []).toString();
    for (const line of text.split('\n').filter(Boolean)) ids.push(JSON.parse(line).predictionId);
  }
  expect(new Set(ids).size).toBe(ids.length);
  return ids.length;
}
