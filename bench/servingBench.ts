import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { localDisk } from '../storage/localDisk.ts';
import type { Bench, BenchFigure, BenchGroup } from './harness.ts';
import { commonModel, putCommonModel } from './serving/commonModel.ts';
import { fastApi, mlServer, oipBodyByColumn, type ServingSide, whetstone } from './serving/servers.ts';
import { load, loadTool } from './serving/wrk.ts';

const connections = 16;
const seconds = 5;

/** One row of the common network over HTTP: requests a second, their p99, memory and the start; with peers, beside them. */
export async function servingBench({ peers }: { peers: boolean }): Promise<Bench> {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-serving-bench-'));
  const state = join(scratch, 'state');
  await putCommonModel(localDisk(join(state, 'store')));
  const counts = [1, 2, 4].filter((count) => count <= availableParallelism());
  const ours = counts.map((count) => whetstone(state, count));
  const byColumn = { ...whetstone(state, 1), name: 'whetstone, a tensor for each column', body: oipBodyByColumn };
  const model = commonModel();
  const theirs = peers ? [mlServer(scratch, model), fastApi(scratch, model)] : [];
  const [first] = ours;
  return {
    cases: [],
    groups: [...ours, byColumn, ...theirs].map((side) => group(side, scratch)),
    ratios: first === undefined ? [] : theirs.flatMap((peer) => ratios(first, peer)),
    runs: 3,
    conditions: [
      'network 32 -> 64 -> 32 -> 1, one row of 32 numbers a request, Open Inference Protocol in JSON (FastAPI: a list of rows)',
      `${loadTool()}: 1 thread, ${connections} connections, ${seconds} s after 2 s to warm up, on the same machine; each side started anew for each round`,
      'whetstone checks each value, logs the row and tells who answered; the peers only score',
    ],
    close: () => rm(scratch, { recursive: true, force: true }),
  };
}

function group(side: ServingSide, scratch: string): BenchGroup {
  const figures = figuresOf(side);
  const measureAll = async (): Promise<Record<string, number>> => {
    const server = await side.start();
    try {
      await load(server.url, side.body, connections, 2, scratch);
      const { perSecond, p99Ms } = await load(server.url, side.body, connections, seconds, scratch);
      const values = [perSecond, p99Ms, server.residentMb(), server.coldSeconds];
      return Object.fromEntries(figures.map(({ name }, at) => [name, values[at] ?? Number.NaN]));
    } finally {
      await server.close();
    }
  };
  return { figures, measureAll };
}

function figuresOf({ name }: ServingSide): readonly BenchFigure[] {
  return [
    { name: `${name}, requests`, unit: 'requests/s', better: 'higher' },
    { name: `${name}, p99`, unit: 'ms', better: 'lower' },
    { name: `${name}, resident memory after it`, unit: 'MB', better: 'lower' },
    { name: `${name}, start to the first answer`, unit: 's', better: 'lower' },
  ];
}

function ratios(ours: ServingSide, theirs: ServingSide) {
  const words = ['requests', 'p99', 'memory', 'start'];
  return words.map((word, at) => ({
    name: `whetstone to ${theirs.name}, ${word}`,
    of: figuresOf(ours)[at]?.name ?? '',
    to: figuresOf(theirs)[at]?.name ?? '',
  }));
}
