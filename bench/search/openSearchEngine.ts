import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { createSearchActivities } from '../../activities/search.ts';
import type { SearchOutcome } from '../../core/search.ts';
import type { SearchPlan } from '../../core/searchPlan.ts';
import { pipelineQueue, trainerQueue } from '../../core/taskQueues.ts';
import { openTrialPool } from '../../models/trialPool.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { openStore } from '../../storage/openStore.ts';
import { bundleWorkflows } from '../../workers/bundleWorkflows.ts';
import { connectTemporal } from '../../workers/temporal/connectTemporal.ts';
import { connectWorker } from '../../workers/temporal/connectWorker.ts';
import { findTemporal } from '../../workers/temporal/findTemporal.ts';
import { quietRuntime } from '../../workers/temporal/quietRuntime.ts';
import { startTemporal } from '../../workers/temporal/startTemporal.ts';
import { createTrainerWorker } from '../../workers/trainerWorker.ts';

/** The engine's parts that a search needs: server, worker of workflows, worker of trials with its processes, store. */
export interface SearchEngine {
  readonly store: ObjectStore;
  readonly processes: number;
  search(plan: SearchPlan, matrix: string, backend: string): Promise<SearchOutcome>;
  close(): Promise<void>;
}

export async function openSearchEngine(): Promise<SearchEngine> {
  quietRuntime();
  const scratch = await mkdtemp(join(tmpdir(), 'whet-search-'));
  const [databaseFile, logFile] = [join(scratch, 'temporal.db'), join(scratch, 'temporal.log')];
  const binary = await findTemporal(() => {});
  const server = await startTemporal({ binary, databaseFile, logFile, port: 0, uiPort: 0, report: () => {} });
  const { connection, namespace } = await connectWorker(server.address, {});
  const { client, connection: clientConnection } = await connectTemporal(server.address, {});
  const [location, cacheFolder] = [join(scratch, 'store'), join(scratch, 'copies')];
  const store = openStore(location, cacheFolder);
  const processes = availableParallelism();
  const pool = openTrialPool({ store: location, cacheFolder, processes });
  const workers = await Promise.all([
    Worker.create({
      ...{ connection, namespace, taskQueue: pipelineQueue },
      workflowBundle: await bundleWorkflows(),
      activities: createSearchActivities({ store, folder: process.cwd() }),
    }),
    createTrainerWorker({ connection, namespace }, { store, pool }, trainerQueue, processes),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  let searches = 0;
  return {
    store,
    processes,
    search(plan, matrix, backend) {
      searches += 1;
      const options = { workflowId: `search/${searches}`, taskQueue: pipelineQueue };
      return client.workflow.execute('search', { ...options, args: [{ search: plan, matrix, backend }] });
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await running;
      await pool.close();
      await Promise.all([connection.close(), clientConnection.close()]);
      await server.stop();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
