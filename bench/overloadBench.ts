import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localDisk } from '../storage/localDisk.ts';
import type { Bench, BenchFigure, BenchRatio } from './harness.ts';
import { answerTimes, type OpenLoopAnswers, openLoop } from './openLoop/openLoop.ts';
import { loadCore, pinServer, serverCore } from './openLoop/twoCores.ts';
import { putCommonModel } from './serving/commonModel.ts';
import { oipBodyOf, type ServingSide, whetstone } from './serving/servers.ts';

const execute = promisify(execFile);
const folder = import.meta.dirname;

/** Of the closed-loop capacity: a quiet server, and one that is asked for three times of what it can do. */
const [quietShare, overloadShare] = [0.2, 3];
/** The server takes no more of them at a time than 4,096, and closes one that is silent for longer than some seconds. */
const [mostConnections, silentSeconds] = [4_000, 2];

/** Rows of a request. Of one row three times the capacity is more than the server can as much as read. */
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
    quietP99: figure('a fifth of it, before and afterwards: p99', 'ms', 'lower'),
    offered: figure('three times of it: offered', 'requests/s', 'higher'),
    served: figure('three times of it: served', 'requests/s', 'higher'),
    servedP99: figure('three times of it: p99 of the served', 'ms', 'lower'),
    sentP99: figure('three times of it: p99 of the served, from when they were sent', 'ms', 'lower'),
    refused: figure('three times of it: turned away with 503', 'requests/s', 'lower'),
    refusedP99: figure('three times of it: p99 of those turned away', 'ms', 'lower'),
    other: figure('three times of it: other answers and none', 'requests', 'lower'),
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
    warmsUp: false,
    conditions: [
      `one process, pinned to core ${serverCore}, with ${JSON.stringify(tight)}, but for the closed loop, which has the limits that are given by default; the generator pinned to core ${loadCore}`,
      `requests fall due as a Poisson process and go out over up to ${mostConnections} connections; a time counts from when its request was due, and waits for a connection where all are taken, or from when it was sent`,
      `${seconds} s of overload; the quiet loads last a fifth of it each`,
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
const tight = { queueMs: 1, queueRequests: 1 };

async function measure(state: string, limits: string, rows: number, seconds: number): Promise<Record<string, number>> {
  const body = oipBodyOf(rows);
  const short = Math.max(1, seconds / 5);
  const closed = await whileServing(whetstone(state, 1), async (url) => {
    await closedLoop(url, body, 3);
    const loop = await closedLoop(url, body, short);
    if (loop.failures > 0) throw new Error(`${loop.failures} of the closed loop were refused: that is no capacity.`);
    return loop;
  });
  return whileServing(whetstone(state, 1, ['--limits', limits]), async (url) => {
    const connections = Math.min(mostConnections, Math.round(silentSeconds * quietShare * closed.perSecond));
    const asked = (share: number, forSeconds: number): Promise<OpenLoopAnswers> => {
      const load = { perSecond: share * closed.perSecond, seconds: forSeconds, connections, core: loadCore };
      return openLoop({ url, bodies: [body], ...load });
    };
    await closedLoop(url, body, 3);
    const before = await asked(quietShare, short);
    const over = await asked(overloadShare, seconds);
    const after = await asked(quietShare, short);
    return valuesOf(figuresFor(rows), closed, { before, over, after });
  });
}

async function whileServing<T>({ start }: ServingSide, measured: (url: string) => Promise<T>): Promise<T> {
  const server = await start();
  try {
    await pinServer(server.pid);
    return await measured(server.url);
  } finally {
    await server.close();
  }
}

interface ClosedLoop {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Answers other than 200. */
  readonly failures: number;
}

interface OpenLoops {
  readonly before: OpenLoopAnswers;
  readonly over: OpenLoopAnswers;
  readonly after: OpenLoopAnswers;
}

function valuesOf(figures: Figures, closed: ClosedLoop, { before, over, after }: OpenLoops): Record<string, number> {
  const served = answerTimes([over], ({ status }) => status === 200);
  const refused = answerTimes([over], ({ status }) => status === 503);
  return {
    [figures.capacity.name]: closed.perSecond,
    [figures.closedP99.name]: closed.p99Ms,
    [figures.quietP99.name]: answerTimes([before, after], ({ status }) => status === 200).fromDue(0.99),
    [figures.offered.name]: over.perSecond,
    [figures.served.name]: served.perSecond,
    [figures.servedP99.name]: served.fromDue(0.99),
    [figures.sentP99.name]: served.fromSent(0.99),
    [figures.refused.name]: refused.perSecond,
    [figures.refusedP99.name]: refused.fromDue(0.99),
    [figures.other.name]: answerTimes([over], ({ status }) => status !== 200 && status !== 503).count,
    [figures.afterRefused.name]: answerTimes([after], ({ status }) => status !== 200).count,
  };
}

async function closedLoop(url: string, body: string, seconds: number): Promise<ClosedLoop> {
  const args = [join(folder, 'loadClient.ts'), url, body, String(seconds), '16'];
  const { stdout } = await execute('taskset', ['-c', `${loadCore}`, process.execPath, ...args]);
  return JSON.parse(stdout);
}
