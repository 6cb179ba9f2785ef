import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, ServiceError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createSearchActivities } from '../activities/search.ts';
import type { LearnerPlan } from '../core/learnerPlan.ts';
import { seededRandom } from '../core/random.ts';
import type { TrialCounts } from '../core/run.ts';
import type { SearchOutcome } from '../core/search.ts';
import type { SearchPlan, StrategyPlan } from '../core/searchPlan.ts';
import { pipelineQueue, trainerQueue } from '../core/taskQueues.ts';
import type { TrialRequest, TrialResult } from '../core/trial.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson } from '../storage/objects.ts';
import { openStore } from '../storage/openStore.ts';
import { bundleWorkflows } from '../workers/bundleWorkflows.ts';
import { connectTemporal } from '../workers/temporal/connectTemporal.ts';
import { connectWorker } from '../workers/temporal/connectWorker.ts';
import { findTemporal } from '../workers/temporal/findTemporal.ts';
import { quietRuntime } from '../workers/temporal/quietRuntime.ts';
import { startTemporal } from '../workers/temporal/startTemporal.ts';
import type { Bench, BenchGroup } from './harness.ts';

const trials = 10_000;
/** Of the first, uncounted round. */
const toWarmUp = 500;

/** Each of a shape of its own, so that each is an activity; or all of one shape, sixteen to an activity. */
const alone: LearnerPlan = {
  kind: 'mlp',
  hidden: [
    [
      { kind: 'int', from: 1, to: 4_096 },
      { kind: 'int', from: 1, to: 4_096 },
    ],
  ],
  learningRate: { kind: 'log uniform', from: 1e-4, to: 1e-1 },
  l2: [0],
};
const alike: LearnerPlan = { ...alone, hidden: [[16]] };

const once = (count: number): StrategyPlan => ({ kind: 'random', trials: count, epochs: 1 });
/** Of ten trials seven are of new candidates, or nearly so. */
const asha = (count: number): StrategyPlan => ({
  ...{ kind: 'asha', keep: 1 / 3, fromEpochs: 1 / 9, toEpochs: 1 },
  trials: Math.round(count * 0.7),
});

/**
 * Searches of ten thousand trials that do nothing but keep a result: the engine's own cost, the size of the histories,
 * and whether the memory of the worker grows with the trials.
 */
export async function searchScaleBench(): Promise<Bench> {
  quietRuntime();
  const scratch = await mkdtemp(join(tmpdir(), 'whet-search-scale-'));
  const server = await startTemporal({
    binary: await findTemporal(() => {}),
    databaseFile: join(scratch, 'temporal.db'),
    logFile: join(scratch, 'temporal.log'),
    port: 0,
    uiPort: 0,
    report: () => {},
  });
  const { connection, namespace } = await connectWorker(server.address, {});
  const { client, connection: clientConnection } = await connectTemporal(server.address, {});
  const store = openStore(join(scratch, 'store'), join(scratch, 'copies'));
  const searching = { ...{ connection, namespace }, taskQueue: pipelineQueue, workflowBundle: await bundleWorkflows() };
  const workers = await Promise.all([
    Worker.create({ ...searching, activities: createSearchActivities({ store, folder: process.cwd() }) }),
    Worker.create({ connection, namespace, taskQueue: trainerQueue, activities: idleTrainer(store) }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  const close = async (): Promise<void> => {
    for (const worker of workers) worker.shutdown();
    await running;
    await Promise.all([connection.close(), clientConnection.close()]);
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  };
  return {
    cases: [],
    groups: [
      groupOf(client, 'an activity each', alone, once),
      groupOf(client, 'sixteen to an activity', alike, once),
      groupOf(client, 'asha', alone, asha),
    ],
    ratios: [],
    runs: 1,
    conditions: [
      `${trials} trials that do nothing but keep a result, and asha of 7,000 candidates in three rungs`,
      'one process with the workers of workflows and of trials; the embedded server beside it; a store on the disk',
    ],
    close,
  };
}

/** A trainer that trains nothing: each trial's value is drawn from its request. */
function idleTrainer(store: ObjectStore) {
  return {
    trainTrials: ({ requests }: { requests: readonly TrialRequest[] }) =>
      Promise.all(
        requests.map(async (request) => {
          const result = resultOf(request);
          const isNew = await createJson(store, `trials/${result.key}/result.json`, result);
          return { result, reused: !isNew };
        }),
      ),
  };
}

function resultOf(request: TrialRequest): TrialResult {
  const { candidate, epochs, backend } = request;
  const key = digestOfValue(request);
  const auc = seededRandom(Number.parseInt(key.slice(0, 8), 16)).next();
  const trained = { epochs, backend, steps: 1, rowsTrained: 1, seconds: 0 };
  return { key, candidate, ...trained, validation: { auc }, weights: `objects/${key}` };
}

let searches = 0;

function groupOf(
  client: Client,
  name: string,
  learner: LearnerPlan,
  strategyOf: (count: number) => StrategyPlan,
): BenchGroup {
  let count = toWarmUp;
  const figures = [
    { name: `${name}: trials`, unit: 'trials', better: 'higher' },
    { name: `${name}: speed`, unit: 'trials/s', better: 'higher' },
    { name: `${name}: histories`, unit: 'histories', better: 'lower' },
    { name: `${name}: longest history`, unit: 'events', better: 'lower' },
    { name: `${name}: largest history`, unit: 'kB', better: 'lower' },
    { name: `${name}: memory after a fifth`, unit: 'MB', better: 'lower' },
    { name: `${name}: memory at the end`, unit: 'MB', better: 'lower' },
  ] as const;
  return {
    figures,
    async measureAll() {
      searches += 1;
      const workflowId = `search/${searches}`;
      const plan: SearchPlan = { learners: [learner], strategy: strategyOf(count), maximize: 'auc', seed: searches };
      const since = performance.now();
      const memory = watchMemory();
      const input = { search: plan, matrix: `matrix ${searches}`, backend: 'js' };
      await client.workflow.start('search', { workflowId, taskQueue: pipelineQueue, args: [input] });
      const outcome = await outcomeOf(client, workflowId);
      const seconds = (performance.now() - since) / 1_000;
      requireAllRun(outcome.trials, count);
      count = trials;
      const { events, bytes } = await historiesOf(client, workflowId);
      const { early, late } = memory.end();
      const { total } = outcome.trials;
      const most = [Math.max(...events), Math.max(...bytes) / 1e3];
      const values = [total, total / seconds, events.length, ...most, early, late];
      return Object.fromEntries(figures.map((figure, at) => [figure.name, values[at] ?? Number.NaN]));
    },
  };
}

/** A busy server may let a long poll run out: it is asked again. */
async function outcomeOf(client: Client, workflowId: string): Promise<SearchOutcome> {
  for (;;) {
    try {
      return await client.workflow.result(workflowId);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
  }
}

function requireAllRun({ total, reused }: TrialCounts, count: number): void {
  if (total >= count * 0.9 && reused === 0) return;
  throw new Error(`expected ${count} trials, none of them twice, but came ${total}, ${reused} of them reused`);
}

/** The size of each history of a workflow that went on, once the server tells all of them. */
async function historiesOf(client: Client, workflowId: string): Promise<{ events: number[]; bytes: number[] }> {
  const [events, bytes]: [number[], number[]] = [[], []];
  let runId: string | undefined;
  do {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { historyLength, historySize, raw } = await handle.describe();
    events.push(historyLength);
    bytes.push(historySize ?? 0);
    const [first] = (await handle.fetchHistory()).events ?? [];
    const before = first?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    runId = before === '' || before === null ? undefined : before;
    if (raw.workflowExecutionInfo?.execution?.runId === runId) break;
  } while (runId !== undefined);
  return { events, bytes };
}

/** The median of the resident memory of this process in the second tenth and in the last tenth of a stretch of time. */
function watchMemory(): { end(): { early: number; late: number } } {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(process.memoryUsage.rss() / 2 ** 20), 100);
  const median = (from: number, to: number): number => {
    const part = samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length));
    return part.toSorted((a, b) => a - b)[part.length >> 1] ?? Number.NaN;
  };
  const end = () => {
    clearInterval(timer);
    return { early: median(0.1, 0.3), late: median(0.8, 1) };
  };
  return { end };
}
