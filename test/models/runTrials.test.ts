import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TrialRequest, TrialResult } from '../../core/trial.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { runTrials, type TrialSession } from '../../models/runTrials.ts';
import { loadTrainingData } from '../../models/trainingData.ts';
import { checkpointKey, trialKey } from '../../models/trialKey.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putJson, readJson } from '../../storage/objects.ts';
import { storeTrialMatrix, trialRequest } from './trialMatrix.ts';

let folder: string;
let store: ObjectStore;
let request: TrialRequest;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-trial-'));
  store = localDisk(folder);
  request = trialRequest(await storeTrialMatrix(store), { epochs: 12 });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('a trial learns, measures every metric on the validation rows and records its start', async () => {
  const result = await runTrial(store, request, session('first'));
  expect(result).toMatchObject({ key: trialKey(request), epochs: 12, steps: 47, backend: 'wasm' });
  expect(result.rowsTrained).toBe(47 * 1_024);
  expect(Object.keys(result.validation ?? {})).toEqual(['auc', 'pr auc', 'log loss', 'brier', 'calibration error']);
  expect(result.validation?.auc).toBeGreaterThan(0.8);
  expect(await store.list(`trials/${result.key}/`)).toEqual([
    `trials/${result.key}/lease.json`,
    `trials/${result.key}/result.json`,
    `trials/${result.key}/starts/first.json`,
  ]);
});

test('a finished trial is not started again, whoever asks for other metrics', async () => {
  const first = await runTrial(store, request, session('first'));
  const again = await runTrial(store, { ...request, metrics: ['brier'] }, session('second'));
  expect(again).toEqual(first);
  expect(await store.list(`trials/${first.key}/starts/`)).toHaveLength(1);
});

test('a higher rung goes on from the lower one and ends where a straight run ends', async () => {
  const lower = await runTrial(store, { ...request, epochs: 4 }, session('lower'));
  const seen: number[] = [];
  const onProgress = (steps: number): void => void seen.push(steps);
  const higher = await runTrial(store, request, { ...session('higher'), onProgress });
  expect(Math.min(...seen)).toBeGreaterThan(lower.steps);
  expect(higher.weights).toBe((await straight()).weights);
});

test('a trial that was interrupted goes on from its last checkpoint, bit for bit', async () => {
  const broken = { ...session('broken', 1), onProgress: (steps: number) => failAfter(steps, 16) };
  await expect(runTrial(store, request, broken)).rejects.toThrow('pulled the plug');
  const pointers = await store.list(`checkpoints/${checkpointKey(request)}/`);
  expect(pointers.map((pointer) => pointer.split('/').at(-1)?.slice(0, 12))).toEqual(['000000000016']);
  const seen: number[] = [];
  const onProgress = (steps: number): void => void seen.push(steps);
  const resumed = await runTrial(store, request, { ...session('resumed'), onProgress });
  expect(seen[0]).toBe(32);
  expect(resumed.weights).toBe((await straight()).weights);
});

test('trials run side by side, each with its own record and the result that it has alone; none runs twice', async () => {
  const group = [0.01, 0.02, 0.03].map((learningRate) => withRate(learningRate));
  const done = await runTrial(store, group[1] as TrialRequest, session('alone'));
  const seen: number[] = [];
  const onProgress = (steps: number): void => void seen.push(steps);
  const results = await runTrials(store, group, { ...session('together'), onProgress });
  expect(results.map(({ key }) => key)).toEqual(group.map(trialKey));
  expect(results[1]).toEqual(done);
  expect(seen).toEqual([16, 32]);
  const starts = await Promise.all(results.map(({ key }) => store.list(`trials/${key}/starts/`)));
  expect(starts.map((names) => names.map((name) => name.split('/').at(-1)))).toEqual([
    ['together.json'],
    ['alone.json'],
    ['together.json'],
  ]);
  for (const [at, one] of group.entries()) expect(results[at]?.weights).toBe((await straight(one)).weights);
});

test('a trial whose process computes another has its lease by then, and is trained after it', async () => {
  const turn = Promise.withResolvers<void>();
  const told: string[] = [];
  const waiting: TrialSession = {
    ...session('waiting'),
    onTrained: () => void told.push('trained'),
    async alone(work) {
      expect(await readJson(store, `trials/${trialKey(request)}/lease.json`)).toEqual({ nonce: 'waiting' });
      turn.resolve();
      return await work().finally(() => told.push('computed'));
    },
  };
  const result = runTrial(store, request, waiting);
  await turn.promise;
  expect(told).toEqual([]);
  expect((await result).weights).toBe((await straight()).weights);
  expect(told).toEqual(['trained', 'computed']);
});

test('of trials side by side only the one whose lease is lost writes nothing more', async () => {
  const group = [withRate(0.01), withRate(0.02)];
  const [kept, lost] = group.map(trialKey);
  const robbed: TrialSession = {
    ...session('robbed', 1),
    loadData: async (matrix) => {
      await putJson(store, `trials/${lost}/lease.json`, { nonce: 'thief' });
      return loadTrainingData(store, matrix);
    },
  };
  await expect(runTrials(store, group, robbed)).rejects.toThrow(/trial.lease-lost/);
  expect(await readJson(store, `trials/${kept}/result.json`)).toMatchObject({ steps: 47 });
  expect(await readJson(store, `trials/${lost}/result.json`)).toBeUndefined();
});

test('a trial leaves one checkpoint, however often it wrote one', async () => {
  await runTrial(store, request, session('often', 1));
  const names = await store.list('checkpoints/');
  expect(names.map((name) => name.split('/').at(-1)?.slice(0, 12))).toEqual(['000000000047']);
});

test('training as the plan says gives other weights, and a trial that stops early its best ones', async () => {
  const training = { batchRows: 256, classWeights: 'balanced', stopEarly: { everyEpochs: 0.5, patience: 2 } } as const;
  const quick = { ...withRate(0.3), training };
  const result = await runTrial(store, quick, session('quick'));
  expect(result.steps).toBeLessThan(188);
  expect(result.rowsTrained).toBe(result.steps * 256);
  const again = await runTrial(store, { ...quick, epochs: 13 }, session('again'));
  expect([again.steps, again.weights]).toEqual([result.steps, result.weights]);
});

test('a trial whose lease went to another start writes nothing more', async () => {
  const key = trialKey(request);
  const robbed: TrialSession = {
    ...session('robbed', 1),
    loadData: async (matrix) => {
      await putJson(store, `trials/${key}/lease.json`, { nonce: 'thief' });
      return loadTrainingData(store, matrix);
    },
  };
  await expect(runTrial(store, request, robbed)).rejects.toThrow(/trial.lease-lost: expected the lease of 'robbed'/);
  expect(await store.list(`checkpoints/`)).toEqual([]);
  expect(await readJson(store, `trials/${key}/result.json`)).toBeUndefined();
});

test('a trial that diverges is a result without validation metrics', async () => {
  const parameters = { ...request.candidate.parameters, learningRate: 1e38 };
  const wild = { ...request, candidate: { ...request.candidate, parameters } };
  const result = await runTrial(store, wild, session('wild'));
  expect(result.validation).toBeNull();
  expect(await readJson<TrialResult>(store, `trials/${result.key}/result.json`)).toEqual(result);
  expect(await store.list('checkpoints/')).toEqual([]);
});

test('a matrix without rows and a wrong count of threads are refused by name', async () => {
  const empty = trialRequest(await storeTrialMatrix(store, 0));
  await expect(runTrial(store, empty, session('empty'))).rejects.toThrow(/trial.no-rows/);
  const threads = { ...request, threads: 4 };
  await expect(runTrial(store, threads, session('threads'))).rejects.toThrow(/came 4 in the trial's request/);
});

test('keys tell apart what changes the result; the checkpoint key leaves out the budget', () => {
  const changes: Partial<TrialRequest>[] = [
    { seed: 8 },
    { epochs: 3 },
    { backend: 'cpu' },
    { threads: 2 },
    { training: { batchRows: 64 } },
    { matrix: 'other' },
    { candidate: { learner: 'logistic', parameters: { l2: 0, learningRate: 0.1 } } },
  ];
  const all = [request, ...changes.map((change) => ({ ...request, ...change }))];
  expect(new Set(all.map(trialKey)).size).toBe(all.length);
  expect(new Set(all.map(checkpointKey)).size).toBe(all.length - 1);
});

/** One trial by itself. */
async function runTrial(into: ObjectStore, one: TrialRequest, of: TrialSession): Promise<TrialResult> {
  const [result] = await runTrials(into, [one], of);
  return result as TrialResult;
}

/** With a clock that moves by a second whenever it is read. */
function session(nonce: string, checkpointEveryMs = 1e9): TrialSession {
  let now = 0;
  const clock = (): number => {
    now += 1_000;
    return now;
  };
  const loadData = (matrix: string) => loadTrainingData(store, matrix);
  return { nonce, pid: 1, clock, folder, openBackend, loadData, checkpointEveryMs };
}

function withRate(learningRate: number): TrialRequest {
  const { candidate } = request;
  return { ...request, candidate: { ...candidate, parameters: { ...candidate.parameters, learningRate } } };
}

/** The same trial in a store of its own, without a stop. */
async function straight(one = request): Promise<TrialResult> {
  const other = await mkdtemp(join(tmpdir(), 'whet-trial-'));
  try {
    const matrix = await storeTrialMatrix(localDisk(other));
    const loadData = (id: string) => loadTrainingData(localDisk(other), id);
    return await runTrial(localDisk(other), { ...one, matrix }, { ...session('straight'), loadData });
  } finally {
    await rm(other, { recursive: true, force: true });
  }
}

function failAfter(steps: number, last: number): void {
  if (steps > last) throw new Error('pulled the plug');
}
