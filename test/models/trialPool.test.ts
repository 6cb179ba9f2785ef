import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TrialRequest } from '../../core/trial.ts';
import { checkpointKey, trialKey } from '../../models/trialKey.ts';
import { openTrialPool, type TrialPool, type TrialPoolOptions } from '../../models/trialPool.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { storeTrialMatrix, trialRequest } from './trialMatrix.ts';

/** Far more than any test waits for. */
const endless = 1e6;

let storeFolder: string;
let store: ObjectStore;
let matrix: string;
let pools: TrialPool[];
let pids: number[];

beforeEach(async () => {
  storeFolder = await mkdtemp(join(tmpdir(), 'whet-pool-'));
  store = localDisk(storeFolder);
  matrix = await storeTrialMatrix(store, 1_000);
  [pools, pids] = [[], []];
});

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  expect(pids.filter(isAlive)).toEqual([]);
  await rm(storeFolder, { recursive: true, force: true });
});

test('trials share warm children, one trial at a time each; the same trial in flight is joined', async () => {
  const pool = open({ processes: 1 });
  const requests = [1, 2, 1, 3].map((seed) => trialRequest(matrix, { seed }));
  const results = (await Promise.all(requests.map((request) => pool.run([request])))).flat();
  expect(results.map(({ key }) => key)).toEqual(requests.map(trialKey));
  expect(results[2]).toEqual(results[0]);
  expect(pids).toHaveLength(1);
  for (const request of requests) expect(await starts(request)).toBe(1);
});

test('a child that is killed fails its trials for a retry, which go on bit for bit in a new child', async () => {
  const pool = open({ processes: 1, checkpointEveryMs: 1 });
  const group = [0.01, 0.02].map((learningRate) =>
    trialRequest(matrix, {
      epochs: 100,
      candidate: { learner: 'mlp', parameters: { hidden: [8], learningRate, l2: 0 } },
    }),
  );
  const killed = pool.run(group, {
    onProgress: (steps) => steps >= 64 && process.kill(pids[0] ?? Number.NaN, 'SIGKILL'),
  });
  await expect(killed).rejects.toMatchObject({ code: 'trial.process-died', outcome: 'retry' });
  for (const request of group) expect(await store.list(`checkpoints/${checkpointKey(request)}/`)).not.toEqual([]);
  const firstSteps: number[] = [];
  const resumed = await pool.run(group, { onProgress: (steps) => firstSteps.push(steps) });
  expect(firstSteps[0]).toBeGreaterThan(16);
  expect(pids).toHaveLength(2);
  for (const request of group) expect(await starts(request)).toBe(2);
  expect(resumed.map(({ weights }) => weights)).toEqual(await straightWeights(group));
});

test('a signal ends the trial: its child has exited by then, a joined caller keeps its own', async () => {
  const pool = open({ processes: 1 });
  const request = trialRequest(matrix, { epochs: endless });
  const [first, second] = [new AbortController(), new AbortController()];
  const reason = new Error('no longer wanted');
  const begun = Promise.withResolvers<void>();
  const one = pool.run([request], { signal: first.signal, onProgress: () => begun.resolve() });
  const two = pool.run([request], { signal: second.signal });
  const [oneEnd, twoEnd] = [expect(one).rejects.toBe(reason), expect(two).rejects.toBe(reason)];
  await begun.promise;
  first.abort(reason);
  await oneEnd;
  expect(pids.map(isAlive)).toEqual([true]);
  second.abort(reason);
  await twoEnd;
  expect(pids.map(isAlive)).toEqual([false]);
  expect(await pool.run([trialRequest(matrix)])).toMatchObject([{ steps: 2 }]);
});

test('a child takes the next trial while one is written, and one that is called off only then is told all the same', async () => {
  const pool = open({ processes: 1 });
  const leaving = new AbortController();
  const endings: number[] = [];
  pool.onEnding(() => {
    endings.push(pool.ending());
    leaving.abort();
  });
  const [first, second] = [1, 2].map((seed) => trialRequest(matrix, { seed })) as [TrialRequest, TrialRequest];
  const one = pool.run([first], { signal: leaving.signal });
  const two = pool.run([second]);
  expect(await one).toMatchObject([{ steps: 2 }]);
  expect(await two).toMatchObject([{ steps: 2 }]);
  expect(endings).toEqual([1, 1]);
  expect(pool.ending()).toBe(0);
  expect(pids.map(isAlive)).toEqual([true]);
  for (const request of [first, second]) expect(await starts(request)).toBe(1);
});

test('a trial that waits can be called off, and a closed pool takes none', async () => {
  const pool = open({ processes: 1 });
  const [holding, waiting] = [new AbortController(), new AbortController()];
  const held = expect(
    pool.run([trialRequest(matrix, { epochs: endless })], { signal: holding.signal }),
  ).rejects.toThrow();
  const left = pool.run([trialRequest(matrix, { seed: 2 })], { signal: waiting.signal });
  const leftEnd = expect(left).rejects.toThrow('called off');
  waiting.abort(new Error('called off'));
  await leftEnd;
  holding.abort();
  await held;
  await pool.close();
  await expect(pool.run([trialRequest(matrix)])).rejects.toMatchObject({ code: 'trial.process-died' });
});

test('the errors of a trial arrive with their code', async () => {
  const pool = open({ processes: 1 });
  await expect(pool.run([trialRequest('0'.repeat(64))])).rejects.toMatchObject({ code: 'storage.missing' });
  await expect(pool.run([trialRequest(matrix, { backend: 'abacus' })])).rejects.toMatchObject({
    code: 'input.invalid',
  });
  expect(await pool.run([trialRequest(matrix)])).toMatchObject([{ backend: 'wasm' }]);
  expect(pids).toHaveLength(1);
});

test('a child ends when its parent is killed', async () => {
  const script = join(import.meta.dirname, 'trialParent.ts');
  const request = JSON.stringify(trialRequest(matrix, { epochs: endless }));
  const parent = spawn(process.execPath, [script, storeFolder, request], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(parent, 'exit');
  let child = Number.NaN;
  for await (const line of createInterface({ input: parent.stdout })) {
    if (line.startsWith('child ')) child = Number(line.slice('child '.length));
    if (line.startsWith('steps ')) break;
  }
  expect(isAlive(child)).toBe(true);
  parent.kill('SIGKILL');
  await gone;
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 10_000, interval: 20 });
});

function open(options: Omit<TrialPoolOptions, 'store' | 'cacheFolder'>): TrialPool {
  const pool = openTrialPool({
    store: storeFolder,
    cacheFolder: storeFolder,
    onSpawn: (pid) => pids.push(pid),
    ...options,
  });
  pools.push(pool);
  return pool;
}

/** The same trials in a store of its own, without a stop. */
async function straightWeights(group: readonly TrialRequest[]): Promise<string[]> {
  const other = await mkdtemp(join(tmpdir(), 'whet-pool-'));
  const pool = openTrialPool({ store: other, cacheFolder: other, processes: 1 });
  try {
    await storeTrialMatrix(localDisk(other), 1_000);
    return (await pool.run(group)).map(({ weights }) => weights);
  } finally {
    await pool.close();
    await rm(other, { recursive: true, force: true });
  }
}

async function starts(request: TrialRequest): Promise<number> {
  return (await store.list(`trials/${trialKey(request)}/starts/`)).length;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
