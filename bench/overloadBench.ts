import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localDisk } from '../storage/localDisk.ts';
import type { Bench, BenchFigure } from './harness.ts';
import type { OpenLoopResult } from './overload/openLoop.ts';
import { putCommonModel } from './serving/commonModel.ts';
import { whetstone } from './serving/servers.ts';

const execute = promisify(execFile);
const folder = import.meta.dirname;

/** Of the closed-loop capacity: a quiet server, and one that is asked for three times of what it can do. */
const [quietShare, overloadShare] = [0.2, 3];
const connections = 512;

const figures: readonly BenchFigure[] = [
  { name: 'closed loop, 16 connections: capacity', unit: 'requests/s', better: 'higher' },
  { name: 'closed loop, 16 connections: p99', unit: 'ms', better: 'lower' },
  { name: 'a fifth of it: p99', unit: 'ms', better: 'lower' },
  { name: 'three times of it: offered', unit: 'requests/s', better: 'higher' },
  { name: 'three times of it: served', unit: 'requests/s', better: 'higher' },
  { name: 'three times of it: p99 of the served', unit: 'ms', better: 'lower' },
  { name: 'three times of it: p99 of the served, from when they were sent', unit: 'ms', better: 'lower' },
  { name: 'three times of it: turned away with 503', unit: 'requests/s', better: 'lower' },
  { name: 'three times of it: p99 of those turned away', unit: 'ms', better: 'lower' },
  { name: 'three times of it: other answers and none', unit: 'requests', better: 'lower' },
  { name: 'afterwards a fifth: p99', unit: 'ms', better: 'lower' },
  { name: 'afterwards a fifth: turned away', unit: 'requests', better: 'lower' },
];

/** An open loop of requests at three times of what the server can answer, for a minute; both pinned to a core of their own. */
export async function overloadBench(seconds = 60): Promise<Bench> {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-overload-'));
  const state = join(scratch, 'state');
  await putCommonModel(localDisk(join(state, 'store')));
  const limits = join(scratch, 'limits.json');
  await writeFile(limits, JSON.stringify(tight));
  return {
    cases: [],
    groups: [{ figures, measureAll: () => measure(state, limits, seconds) }],
    ratios: [
      {
        name: 'p99 of the served, once sent, to a quiet server',
        of: figures[6]?.name ?? '',
        to: figures[2]?.name ?? '',
      },
      { name: 'p99 of the served to a quiet server', of: figures[5]?.name ?? '', to: figures[2]?.name ?? '' },
      { name: 'p99 of the served to the closed loop', of: figures[5]?.name ?? '', to: figures[1]?.name ?? '' },
    ],
    runs: 1,
    conditions: [
      `one process, pinned to core 0, with ${JSON.stringify(tight)}; the generator pinned to core 1`,
      `requests of one row fall due as a Poisson process and go out over ${connections} connections; a time counts from when its request was due, and waits for a connection where all are taken`,
      `${seconds} s of overload; the quiet loads last a tenth of it each`,
    ],
    close: () => rm(scratch, { recursive: true, force: true }),
  };
}

/** For who would rather turn a request away than let it wait: the default lets 20 ms of a queue stand. */
const tight = { queueMs: 1, queueRequests: 16 };

async function measure(state: string, limits: string, seconds: number): Promise<Record<string, number>> {
  const { body, start } = whetstone(state, 1, ['--limits', limits]);
  const server = await start();
  try {
    await execute('taskset', ['-a', '-p', '-c', '0', String(server.pid)]);
    const short = Math.max(1, seconds / 10);
    await closedLoop(server.url, body, 3);
    const closed = await closedLoop(server.url, body, short);
    const quiet = await openLoop(server.url, body, quietShare * closed.perSecond, short);
    const over = await openLoop(server.url, body, overloadShare * closed.perSecond, seconds);
    const after = await openLoop(server.url, body, quietShare * closed.perSecond, short);
    return Object.fromEntries(figures.map(({ name }, at) => [name, figureValues(closed, quiet, over, after)[at] ?? 0]));
  } finally {
    await server.close();
  }
}

interface ClosedLoop {
  readonly perSecond: number;
  readonly p99Ms: number;
}

function figureValues(
  closed: ClosedLoop,
  quiet: OpenLoopResult,
  over: OpenLoopResult,
  after: OpenLoopResult,
): number[] {
  const { 200: served, 503: shed, ...others } = over.answers;
  const strange = Object.values(others).reduce((sum, { perSecond }) => sum + perSecond * over.seconds, 0);
  return [
    closed.perSecond,
    closed.p99Ms,
    quiet.answers['200']?.p99Ms ?? Number.NaN,
    over.offered,
    served?.perSecond ?? 0,
    served?.p99Ms ?? Number.NaN,
    served?.p99OfSentMs ?? Number.NaN,
    shed?.perSecond ?? 0,
    shed?.p99Ms ?? Number.NaN,
    strange + over.unanswered,
    after.answers['200']?.p99Ms ?? Number.NaN,
    (after.answers['503']?.perSecond ?? 0) * after.seconds,
  ];
}

async function closedLoop(url: string, body: string, seconds: number): Promise<ClosedLoop> {
  return pinned([join(folder, 'loadClient.ts'), url, body, String(seconds), '16']);
}

async function openLoop(url: string, body: string, perSecond: number, seconds: number): Promise<OpenLoopResult> {
  const args = [url, body, String(perSecond), String(seconds), String(connections)];
  return pinned([join(folder, 'overload/openLoop.ts'), ...args]);
}

async function pinned<T>(args: readonly string[]): Promise<T> {
  const { stdout } = await execute('taskset', ['-c', '1', process.execPath, ...args]);
  return JSON.parse(stdout);
}
