import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createSearchActivities } from '../../activities/search.ts';
import type { SearchPlan } from '../../core/searchPlan.ts';
import { pipelineQueue, trainerQueue } from '../../core/taskQueues.ts';
import type { TrialRequest, TrialResult } from '../../core/trial.ts';
import { trialKey } from '../../models/trialKey.ts';
import type { TrialPool } from '../../models/trialPool.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson } from '../../storage/objects.ts';
import { bundleWorkflows } from '../../workers/bundleWorkflows.ts';
import { connectTemporal } from '../../workers/temporal/connectTemporal.ts';
import { connectWorker } from '../../workers/temporal/connectWorker.ts';
import { quietRuntime } from '../../workers/temporal/quietRuntime.ts';
import { createTrainerWorker } from '../../workers/trainerWorker.ts';
import { withTemporal } from '../temporalServer.ts';

let server: Awaited<ReturnType<typeof withTemporal>>;
let folder: string;

beforeAll(async () => {
  quietRuntime();
  [server, folder] = await Promise.all([withTemporal(), mkdtemp(join(tmpdir(), 'whet-trainer-'))]);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Ten trials in five groups, the smallest first. */
const plan: SearchPlan = {
  learners: [{ kind: 'mlp', hidden: [[8], [16], [32], [64], [128]], learningRate: [0.01, 0.02], l2: [0] }],
  maximize: 'auc',
  strategy: { kind: 'exhaustive', epochs: 1 },
  seed: 1,
};

test('a trainer takes the largest group first, and the next one when that is about to end', async () => {
  const store = localDisk(folder);
  const { connection, namespace } = await connectWorker(server.address, {});
  const { client, connection: clientConnection } = await connectTemporal(server.address, {});
  const activities = createSearchActivities({ store, folder });
  const workflowBundle = await bundleWorkflows();
  const pipeline = await Worker.create({ connection, namespace, taskQueue: pipelineQueue, workflowBundle, activities });
  const { pool, begun } = slowPool(store);
  const outcome = await pipeline.runUntil(async () => {
    const args = [{ search: plan, matrix: 'm', backend: 'js' }];
    const handle = await client.workflow.start('search', { workflowId: 'search/1', taskQueue: pipelineQueue, args });
    await vi.waitFor(async () => {
      expect((await handle.describe()).raw.pendingActivities).toHaveLength(5);
    });
    const trainer = await createTrainerWorker({ connection, namespace }, { store, pool }, trainerQueue, 1);
    return trainer.runUntil(handle.result());
  });
  expect(outcome.trials).toMatchObject({ total: 10, run: 10 });
  expect(begun).toEqual([128, 64, 32, 16, 8]);
  await Promise.all([connection.close(), clientConnection.close()]);
});

/** Each group ends when the next one has come. */
function slowPool(store: ObjectStore): { readonly pool: TrialPool; readonly begun: number[] } {
  const begun: number[] = [];
  const listeners: (() => void)[] = [];
  let ending = 0;
  const pool: TrialPool = {
    async run(requests) {
      begun.push(widthOf(requests));
      ending += 1;
      for (const listener of listeners) listener();
      const among = begun.length;
      await vi.waitFor(() => expect(begun.length).toBeGreaterThanOrEqual(Math.min(5, among + 1)), { timeout: 20_000 });
      ending -= 1;
      return Promise.all(requests.map((request) => resultIn(store, request)));
    },
    ending: () => ending,
    onEnding: (listener) => void listeners.push(listener),
    close: async () => {},
  };
  return { pool, begun };
}

function widthOf([request]: readonly TrialRequest[]): number {
  const { hidden } = request?.candidate.parameters ?? {};
  return Array.isArray(hidden) ? Number(hidden[0]) : Number.NaN;
}

async function resultIn(store: ObjectStore, request: TrialRequest): Promise<TrialResult> {
  const { candidate, epochs, backend } = request;
  const key = trialKey(request);
  const counts = { epochs, backend, steps: 1, rowsTrained: 1, seconds: 0 };
  const result: TrialResult = { key, candidate, ...counts, validation: { auc: 0.6 }, weights: 'none' };
  await createJson(store, `trials/${key}/result.json`, result);
  return result;
}
