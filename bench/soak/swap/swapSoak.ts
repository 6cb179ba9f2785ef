import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../../core/random.ts';
import { localDisk } from '../../../storage/localDisk.ts';
import type { ObjectStore } from '../../../storage/objectStore.ts';
import { goodRow, pipeline } from '../../../test/serving/fixture.ts';
import { findSwapViolations } from './findSwapViolations.ts';
import { publishSwaps } from './publishSwaps.ts';
import type { ClientReport, Published } from './swapReport.ts';
import { swapServers } from './swapServers.ts';

export interface SwapSoakOptions {
  /** Where the state is made. */
  readonly folder: string;
  readonly requests: number;
  readonly swaps: number;
  readonly kills: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

export interface SwapSoakReport {
  readonly soak: 'swap';
  readonly seed: number;
  readonly requests: number;
  readonly perSecond: number;
  readonly swaps: Readonly<Partial<Record<Published['kind'], number>>>;
  readonly kills: number;
  /** How often a process said that it had too much to do. */
  readonly shed: number;
  /** First attempts that failed because a process was killed or was not there, and were answered by the other. */
  readonly retried: number;
  /** Of them those that were under way as it died. */
  readonly cutOff: number;
  readonly failures: number;
  /** Answered rows that the prediction log lacks; killed processes may lose `lostPerKill` each. */
  readonly unlogged: number;
  readonly violations: readonly string[];
}

const connections = 8;
/** What the prediction log promises of a killed process: one turn of the event loop and one write to a file. */
const lostPerKill = 60;

/**
 * Requests at full speed over two serving processes while the routing changes and processes are killed and started again:
 * nobody sees a failure, and no answer comes from a version that the routing did not allow.
 */
export async function swapSoak({
  folder,
  requests,
  swaps,
  kills,
  seed,
  report,
}: SwapSoakOptions): Promise<SwapSoakReport> {
  const state = join(folder, 'swap');
  await rm(state, { recursive: true, force: true });
  await mkdir(state, { recursive: true });
  const store = localDisk(join(state, 'store'));
  let pids = (): readonly number[] => [];
  const routing = await publishSwaps(store, seed, () => pids());
  const servers = await swapServers(state);
  pids = servers.pids;
  try {
    const since = performance.now();
    const client = openClient(servers.urls);
    const victims = seededRandom(seed + 1);
    let killing = Promise.resolve();
    for (let swap = 0; swap < swaps; swap += 1) {
      await client.until(((swap + 1) * requests) / (swaps + 1));
      if (Math.floor(((swap + 1) * kills) / swaps) > Math.floor((swap * kills) / swaps)) {
        await killing;
        killing = servers.kill(victims.below(2));
      }
      await routing.next();
      const { epoch, kind } = routing.published.at(-1) ?? {};
      report(`epoch ${epoch}, ${kind}: ${client.answered()} answered`);
    }
    await killing;
    await client.until(requests);
    const seconds = (performance.now() - since) / 1_000;
    const seen = await client.end();
    const ended = await servers.stop();
    const evidence = {
      client: seen,
      published: routing.published,
      kills: servers.kills,
      lives: servers.lives(),
      connections,
    };
    const log = await loggedRows(store);
    const unlogged = Math.max(0, seen.answered - seen.failures.length - log.rows);
    const violations = [...findSwapViolations(evidence), ...ended, ...ofLog(log.twice, unlogged, kills)];
    return {
      soak: 'swap',
      seed,
      requests: seen.answered,
      perSecond: seen.answered / seconds,
      swaps: countsOf(routing.published),
      kills: servers.kills.length,
      shed: seen.shed,
      retried: seen.retried.length,
      cutOff: seen.retried.filter(({ why }) => why !== 'ECONNREFUSED').length,
      failures: seen.failures.length,
      unlogged,
      violations,
    };
  } finally {
    servers.dispose();
  }
}

function ofLog(twice: number, unlogged: number, kills: number): string[] {
  return [
    ...(twice === 0 ? [] : [`${twice} rows are in the prediction log twice`]),
    ...(unlogged <= kills * lostPerKill ? [] : [`the prediction log lacks ${unlogged} rows after ${kills} kills`]),
  ];
}

function countsOf(published: readonly Published[]): SwapSoakReport['swaps'] {
  const counts: Partial<Record<Published['kind'], number>> = {};
  for (const { kind } of published) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

interface Client {
  answered(): number;
  until(count: number): Promise<void>;
  end(): Promise<ClientReport>;
}

function openClient(urls: readonly string[]): Client {
  const args = [...urls, `/predict/${pipeline}`, JSON.stringify(goodRow), String(connections)];
  const child: ChildProcess = fork(join(import.meta.dirname, 'swapClient.ts'), args, { execArgv: [] });
  let answered = 0;
  const ended = new Promise<ClientReport>((resolve, reject) => {
    child.on('message', (message: { answered: number; report?: ClientReport }) => {
      answered = message.answered;
      if (message.report !== undefined) resolve(message.report);
    });
    child.once('exit', (code) => reject(new Error(`The client ended with ${code}`)));
  });
  return {
    answered: () => answered,
    async until(count) {
      while (answered < count) await Promise.race([pause(10), ended]);
    },
    end() {
      child.send('end');
      return ended;
    },
  };
}

async function loggedRows(store: ObjectStore): Promise<{ rows: number; twice: number }> {
  const ids = new Set<string>();
  let rows = 0;
  for (const key of await store.list(`predictions/${pipeline}/`)) {
    const text = Buffer.from((await store.read(key))?.bytes ?? []).toString();
    for (const [, id = ''] of text.matchAll(/"predictionId":"([^"]*)"/g)) {
      rows += 1;
      ids.add(id);
    }
  }
  return { rows: ids.size, twice: rows - ids.size };
}
