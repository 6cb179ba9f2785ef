import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { preparation } from '../../core/rolloutRules.ts';
import { servingLeases } from '../../registry/servingLeases.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { goodRow, pipeline, putVersion, route, until } from './fixture.ts';
import { type ServingProcess, startServing } from './servingProcess.ts';

describe('whet serve', { timeout: 40_000 }, () => {
  let state: string;
  let store: ObjectStore;
  let running: ServingProcess[];
  beforeEach(async () => {
    running = [];
    state = await mkdtemp(join(tmpdir(), 'whet-processes-'));
    store = localDisk(join(state, 'store'));
    await route(store, 1, await putVersion(store, 1));
  });
  afterEach(async () => {
    for (const each of running) each.signal('SIGKILL');
    await rm(state, { recursive: true, force: true, maxRetries: 5 });
  });

  const serve = async (...args: string[]): Promise<ServingProcess> => {
    const started = await startServing(state, args);
    running.push(started);
    return started;
  };
  const leases = () => servingLeases(store, pipeline);

  test('killed in the middle of its work has lost next to nothing of its log: the next start writes the rest, once', async () => {
    const first = await serve();
    const load = keepAsking(first.url, 4);
    await until(() => load.answered.length >= 400);
    first.signal('SIGKILL');
    await load.ended;
    const second = await serve();
    await until(async () => (await loggedIds(store)).length > 0);
    second.signal('SIGTERM');
    expect(await second.ended).toBe(0);
    const logged = await loggedIds(store);
    expect(new Set(logged).size).toBe(logged.length);
    const lost = load.answered.filter((id) => !logged.includes(id));
    // What is promised: the answers of the last turn of the event loop, and those during one write to a file.
    expect(lost.length).toBeLessThanOrEqual(60);
    expect(second.said.some((line) => /rows of the prediction log, of processes that died/.test(line))).toBe(true);
  });

  test('in several processes shares its port evenly, and outlives the death of one', async () => {
    const server = await serve('--processes', '2');
    await until(async () => (await leases()).filter(({ prepared }) => prepared.includes(1)).length === 2);
    await until(async () => countsOf(await sessionsOf(server.url, 8)).join() === '4,4');
    const [victim] = (await leases()).map(({ pid }) => pid);
    process.kill(victim ?? 0, 'SIGKILL');
    await until(async () => new Set((await leases()).map(({ pid }) => pid)).size === 3);
    await until(async () => countsOf(await sessionsOf(server.url, 8)).join() === '4,4');
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    expect((await leases()).map(({ pid }) => pid)).toEqual([victim]);
    expect(childrenOf(server.pid)).toEqual([]);
  });

  test('in several processes tells a scrape what all of them count, and does not forget those that died', async () => {
    const server = await serve('--processes', '2');
    await until(async () => (await leases()).filter(({ prepared }) => prepared.includes(1)).length === 2);
    let count = 0;
    const askBoth = () =>
      until(async () => {
        count += 8;
        return new Set(await sessionsOf(server.url, 8)).size === 2;
      });
    await askBoth();
    // Each comes over a connection of its own, so that both processes are asked.
    const scrapes = [await told(server.url), await told(server.url), await told(server.url), await told(server.url)];
    for (const text of scrapes) {
      expect(text).toContain(`whet_predictions_total{pipeline="${pipeline}",version="1"} ${count}\n`);
      expect(text).toContain(`duration_seconds_bucket{route="/predict/:pipeline",le="+Inf"} ${count}\n`);
      expect(text).toContain(`whet_routing_epoch{pipeline="${pipeline}"} 1\n`);
    }
    const [victim] = (await leases()).map(({ pid }) => pid);
    process.kill(victim ?? 0, 'SIGKILL');
    await until(async () => new Set((await leases()).map(({ pid }) => pid)).size === 3);
    await askBoth();
    expect(await told(server.url)).toContain(`whet_predictions_total{pipeline="${pipeline}",version="1"} ${count}\n`);
  });

  test('that is stopped is awaited by a rollout until its lease is old, and catches up when it goes on', async () => {
    const [one, two] = [await serve(), await serve()];
    const leaseOf = async (pid: number) => (await leases()).find((lease) => lease.pid === pid);
    await until(async () => (await leaseOf(one.pid))?.epoch === 1 && (await leaseOf(two.pid))?.epoch === 1);
    two.signal('SIGSTOP');
    const version = await putVersion(store, 2);
    await route(store, 1, await putVersion(store, 1), version);
    const standing = async () => preparation(await leases(), 2, Date.now());
    const [id, stopped] = [(await leaseOf(one.pid))?.id, (await leaseOf(two.pid))?.id];
    await until(async () => (await standing()).done.length === 1);
    expect(await standing()).toEqual({ done: [id], refused: {}, awaited: [stopped] });
    await until(async () => (await standing()).awaited.length === 0);
    await route(store, 2, version);
    await until(async () => (await leaseOf(one.pid))?.epoch === 2);
    two.signal('SIGCONT');
    await until(async () => (await leaseOf(two.pid))?.epoch === 2);
  });
});

const gone = 'gone';

/** Asks on so many connections until one is refused; gives the prediction ids that were answered. */
function keepAsking(url: string, connections: number) {
  const answered: string[] = [];
  const one = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (;;) {
      const id = await asked(url, agent).catch(() => gone);
      if (id === gone) return agent.destroy();
      // A process that has too much to do says so, and answers later.
      if (id !== undefined) answered.push(id);
    }
  };
  return { answered, ended: Promise.all(Array.from({ length: connections }, one)) };
}

/** Which process answered each of so many connections: request ids begin with a name of its own. */
async function sessionsOf(url: string, connections: number): Promise<string[]> {
  const agents = Array.from({ length: connections }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const ids = await Promise.all(agents.map((agent) => asked(url, agent).catch(() => gone)));
  for (const agent of agents) agent.destroy();
  return ids.map((id = 'busy') => id.split('-')[0] ?? '');
}

/** What a scrape over a connection of its own is told. */
async function told(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text();
}

function countsOf(names: readonly string[]): number[] {
  return [...new Set(names)].map((name) => names.filter((each) => each === name).length).sort();
}

/** The prediction id; undefined where there was no score. */
function asked(url: string, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/predict/${pipeline}`, { method: 'POST', agent }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(pieces).toString()).predictionId));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(JSON.stringify(goodRow));
  });
}

async function loggedIds(store: ObjectStore): Promise<string[]> {
  const keys = await store.list(`predictions/${pipeline}/`);
  const files = await Promise.all(keys.map((key) => store.read(key)));
  const lines = files.flatMap((file) =>
    Buffer.from(file?.bytes ?? [])
      .toString()
      .split('\n'),
  );
  return lines.filter(Boolean).map((line) => JSON.parse(line).predictionId);
}

function childrenOf(pid: number): string[] {
  try {
    return execFileSync('pgrep', ['-P', String(pid)])
      .toString()
      .split('\n')
      .filter(Boolean);
  } catch {
    return [];
  }
}
