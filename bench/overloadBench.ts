import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localDisk } from '../storage/localDisk.ts';
import type { Bench, BenchFigure, BenchRatio } from './harness.ts';
import type { OpenLoopResult } from './overload/openLoop.ts';
import { putCommonModel } from './serving/commonModel.ts';
import { oipBodyOf, whetstone } from './serving/servers.ts';

const execute = promisify(execFile);
const folder = import.meta.dirname;

/** Of the closed-loop capacity: a quiet server, and one that is asked for three times of what it can do. */
const [quietShare, overloadShare] = [0.2, 3];
const connections = 512;

/** Rows of a request: one, of which a generator on one core cannot ask three times what the server can answer, and more. */
const sizes = [1, 32];

interface Figures {
  readonly capacity: BenchFigure;
  readonly closedP99: BenchFigure;
  readonly quietP99: BenchFigure;
  readonly offered: BenchFigure;
  readonly served: BenchFigure;
  readonly servedP99: BenchFigure;
  readonly sentP99: BenchFigure;
  readonly refused: BenchFigure;
  readonly refusedP99: BenchFigure;
  readonly other: BenchFigure;
  readonly afterP99: BenchFigure;
  readonly afterRefused: BenchFigure;
}

function figuresFor(rows: number): Figures {
  const of = rows === 1 ? 'one row' : `${rows} rows`;
  const figure = (name: string, unit: string, better: BenchFigure['better']): BenchFigure => {
    return { name: `${of}, ${name}`, unit, better };
  };
  return {
    capacity: figure('closed loop, 16 connections: capacity', 'requests/s', 'higher'),
    closedP99: figure('closed loop, 16 connections: p99', 'ms', 'lower'),
    quietP99: figure('a fifth of it: p99', 'ms', 'lower'),
    offered: figure('three times of it: offered', 'requests/s', 'higher'),
    served: figure('three times of it: served', 'requests/s', 'higher'),
    servedP99: figure('three times of it: p99 of the served', 'ms', 'lower'),
    sentP99: figure('three times of it: p99 of the served, from when they were sent', 'ms', 'lower'),
    refused: figure('three times of it: turned away with 503', 'requests/s', 'lower'),
    refusedP99: figure('three times of it: p99 of those turned away', 'ms', 'lower'),
    other: figure('three times of it: other answers and none', 'requests', 'lower'),
    afterP99: figure('afterwards a fifth: p99', 'ms', 'lower'),
    afterRefused: figure('afterwards a fifth: turned away', 'requests', 'lower'),
  };
}

/** An open loop of requests at three times of what the server can answer, for a minute; both pinned to a core of their own. */
export async function overloadBench(seconds = 60): Promise<Bench> {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-overload-'));
  const state = join(scratch, 'state');
  await putCommonModel(localDisk(join(state, 'store')));
  const limits = join(scratch, 'limits.json');
  await writeFile(limits, JSON.stringify(tight));
  return {
    cases: [],
    groups: sizes.map((rows) => ({
      figures: Object.values(figuresFor(rows)),
      measureAll: () => measure(state, limits, rows, seconds),
    })),
    ratios: sizes.flatMap((rows) => ratios(figuresFor(rows))),
    runs: 1,
    conditions: [
      `one process, pinned to core 0, with ${JSON.stringify(tight)}; the generator pinned to core 1`,
      `requests fall due as a Poisson process and go out over ${connections} connections; a time counts from when its request was due, and waits for a connection where all are taken`,
      `${seconds} s of overload; the quiet loads last a tenth of it each`,
    ],
    close: () => rm(scratch, { recursive: true, force: true }),
  };
}

function ratios({ sentP99, servedP99, quietP99, closedP99, offered, capacity }: Figures): BenchRatio[] {
  const ratio = (of: BenchFigure, to: BenchFigure): BenchRatio => ({
    name: `${of.name}, to ${to.name}`,
    of: of.name,
    to: to.name,
  });
  return [ratio(sentP99, quietP99), ratio(servedP99, quietP99), ratio(servedP99, closedP99), ratio(offered, capacity)];
}

/** For who would rather turn a request away than let it wait: the default lets 20 ms of a queue stand. */
const tight = { queueMs: 1, queueRequests: 4 };

async function measure(state: string, limits: string, rows: number, seconds: number): Promise<Record<string, number>> {
  const { start } = whetstone(state, 1, ['--limits', limits]);
  const body = oipBodyOf(rows);
  const server = await start();
  try {
    await execute('taskset', ['-a', '-p', '-c', '0', String(server.pid)]);
    const short = Math.max(1, seconds / 10);
    await closedLoop(server.url, body, 3);
    const closed = await closedLoop(server.url, body, short);
    const quiet = await openLoop(server.url, body, quietShare * closed.perSecond, short);
    const over = await openLoop(server.url, body, overloadShare * closed.perSecond, seconds);
    const after = await openLoop(server.url, body, quietShare * closed.perSecond, short);
    return valuesOf(figuresFor(rows), closed, quiet, over, after);
  } finally {
    await server.close();
  }
}

interface ClosedLoop {
  readonly perSecond: number;
  readonly p99Ms: number;
}

function valuesOf(
  figures: Figures,
  closed: ClosedLoop,
  quiet: OpenLoopResult,
  over: OpenLoopResult,
  after: OpenLoopResult,
): Record<string, number> {
  const { 200: served, 503: refused, ...others } = over.answers;
  const strange = Object.values(others).reduce((sum, { perSecond }) => sum + perSecond * over.seconds, 0);
  return {
    [figures.capacity.name]: closed.perSecond,
    [figures.closedP99.name]: closed.p99Ms,
    [figures.quietP99.name]: quiet.answers['200']?.p99Ms ?? Number.NaN,
    [figures.offered.name]: over.offered,
    [figures.served.name]: served?.perSecond ?? 0,
    [figures.servedP99.name]: served?.p99Ms ?? Number.NaN,
    [figures.sentP99.name]: served?.p99OfSentMs ?? Number.NaN,
    [figures.refused.name]: refused?.perSecond ?? 0,
    [figures.refusedP99.name]: refused?.p99Ms ?? Number.NaN,
    [figures.other.name]: strange + over.unanswered,
    [figures.afterP99.name]: after.answers['200']?.p99Ms ?? Number.NaN,
    [figures.afterRefused.name]: (after.answers['503']?.perSecond ?? 0) * after.seconds,
  };
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
