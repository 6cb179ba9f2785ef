import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RoutedVersion, Routing, ServingLease, Traffic } from '../core/routing.ts';
import { findVersion } from '../registry/versions.ts';
import { localDisk } from '../storage/localDisk.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { putJson } from '../storage/objects.ts';
import { leanEnvironment, leanNodeArgs } from '../workers/leanNode.ts';
import type { Bench, BenchGroup } from './harness.ts';
import { connections, httpFigures, httpGroup } from './httpLoad.ts';
import { lateAnswers, lateLoad } from './lateAnswers.ts';
import { realPackage } from './realPackage.ts';

const pipeline = 'flight-delays';
const row = { date: '2001-03-15T13:07:00Z', destination: 'JFK', distance: 1_846, origin: 'SLC' };
const shadows = [0, 1, 2, 3];
const slowMs = 200;
const deadlineMs = 20;

/** What variants cost: requests with none to three in shadow, and the time of answers while the chosen one is slow. */
export async function trafficBench(): Promise<Bench> {
  const made = await realPackage();
  const store = localDisk(join(made.state, 'store'));
  const record = await findVersion(store, pipeline, 'champion');
  const version: RoutedVersion = { version: record.version, package: record.package, digest: record.digest };
  const desk = await openDesk(store, version);
  const quick = await startServer(join(made.state, 'store'), 0);
  const slow = await startServer(join(made.state, 'store'), slowMs);
  return {
    runs: 3,
    cases: [],
    groups: [...shadows.map((count) => shadowGroup(desk, quick.url, count)), slowGroup(desk, slow)],
    ratios: shadows.slice(1).map((count) => {
      const [of, to] = [httpFigures(nameOf(count))[0].name, httpFigures(nameOf(0))[0].name];
      return { name: `requests with ${count} in shadow to none`, of, to };
    }),
    conditions: [
      `model.onnx of flight-delays, ${made.package.candidate.learner} ${JSON.stringify(made.package.candidate.parameters)}; each variant the same model in a thread of its own, scoring every request`,
      `one serving process, ${connections} connections from another process on this machine, one row a request, log and leases written`,
      `slow: a variant is chosen for every request that takes ${slowMs} ms for one of ten, the deadline is ${deadlineMs} ms; ${lateLoad.perSecond} requests a second, due as a Poisson process, for ${lateLoad.seconds} s; the server pinned to one core, the generator to the other; times of those answered by the fallback, from when they were due until their answer was read`,
    ],
    async close() {
      await Promise.all([quick.close(), slow.close()]);
      await made.close();
    },
  };
}

function nameOf(count: number): string {
  return `/predict with ${count} in shadow`;
}

function shadowGroup(desk: Desk, url: string, count: number): BenchGroup {
  const group = httpGroup(nameOf(count), `${url}/predict/${pipeline}`, JSON.stringify(row));
  return {
    figures: group.figures,
    async measureAll() {
      await desk.share(url, count, { weight: 0, shadow: 1 }, 1_000);
      return group.measureAll();
    },
  };
}

function slowGroup(desk: Desk, { url, pid }: SlowServer): BenchGroup {
  const begin = () => desk.share(url, 1, { weight: 1, shadow: 0 }, deadlineMs);
  // The distance says which of them the variant is slow for: the first.
  const bodies = Array.from({ length: 10 }, (_, n) => JSON.stringify({ ...row, distance: 1_000 + n }));
  return lateAnswers({ deadlineMs, begin, url: `${url}/predict/${pipeline}`, pid, bodies });
}

async function predict(url: string): Promise<void> {
  const response = await fetch(`${url}/predict/${pipeline}`, { method: 'POST', body: JSON.stringify(row) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
}

interface Desk {
  /** Publishes a traffic with so many variants, and ends when a process has loaded them all. */
  share(
    url: string,
    variants: number,
    shares: { readonly weight: number; readonly shadow: number },
    deadlineMs: number,
  ): Promise<void>;
}

async function openDesk(store: ObjectStore, version: RoutedVersion): Promise<Desk> {
  let epoch = 1_000;
  return {
    async share(url, count, shares, deadline) {
      epoch += 1;
      // Other names than before, so that nobody is taken out for what it did in an epoch before.
      const names = Array.from({ length: count }, (_, at) => `variant${epoch}-${at}`);
      const variants = Object.fromEntries(names.map((name) => [name, { version, ...shares }]));
      const traffic: Traffic = { variants, rules: [], fallback: [], deadlineMs: deadline };
      const routing: Routing = { pipeline, ledger: epoch, epoch, champion: version, prepare: null, traffic };
      await putJson(store, `serving/${pipeline}/routing.json`, routing);
      await whenLoaded(store, url, epoch);
    },
  };
}

/** Asks until each variant has scored a request of the epoch. */
async function whenLoaded(store: ObjectStore, url: string, epoch: number): Promise<void> {
  for (;;) {
    const lease = await leaseOf(store, url);
    const scored = lease?.tallies?.every(({ latency }) => latency.some((count) => count > 0)) ?? false;
    if (lease?.epoch === epoch && scored) return;
    await predict(url);
    await pause(250);
  }
}

async function leaseOf(store: ObjectStore, url: string): Promise<ServingLease | undefined> {
  for (const key of await store.list(`serving/${pipeline}/workers/`)) {
    const held = await store.read(key);
    const lease: ServingLease | undefined = held && JSON.parse(Buffer.from(held.bytes).toString());
    if (lease?.url === url) return lease;
  }
  return undefined;
}

type SlowServer = Awaited<ReturnType<typeof startServer>>;

async function startServer(folder: string, slow: number) {
  const child = fork(join(import.meta.dirname, 'trafficServer.ts'), [folder, String(slow)], {
    execArgv: [...leanNodeArgs],
    env: { ...leanEnvironment, ...process.env },
  });
  const [url] = await once(child, 'message');
  return {
    url: String(url),
    pid: child.pid ?? 0,
    async close() {
      const ended = once(child, 'exit');
      child.send('end');
      await ended;
    },
  };
}
