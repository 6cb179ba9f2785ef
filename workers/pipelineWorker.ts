import { type NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { createPipelineActivities } from '../activities/activities.ts';
import { createBatchActivities } from '../activities/batches.ts';
import { failures } from '../activities/failures.ts';
import { noteRuns } from '../activities/noteRuns.ts';
import type { Ports } from '../activities/ports.ts';
import { batchQueue, pipelineQueue } from '../core/taskQueues.ts';
import { bundleWorkflows } from './bundleWorkflows.ts';

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
}

/** Half a second is enough to tell the server that the work stops; an interrupted stage is done again. */
export const graceMs = 500;

let bundle: Promise<WorkflowBundle> | undefined;

/** The worker of all workflows and of every activity but trials. Workflows are bundled once per process. */
export async function createPipelineWorker(options: WorkerOptions, ports: Ports): Promise<Worker> {
  bundle ??= bundleWorkflows();
  const noting = noteRuns(ports);
  return Worker.create({
    ...options,
    taskQueue: pipelineQueue,
    workflowBundle: await bundle,
    activities: createPipelineActivities(ports),
    interceptors: { activity: [() => ({ inbound: failures }), (context) => ({ inbound: noting(context) })] },
    shutdownGraceTime: graceMs,
  });
}

/**
 * While one batch of rows is written, the next is read and judged. Each holds its rows in the database, which all
 * activities of the process share: more at once would only spill more.
 */
const batchesAtOnce = 2;

/** The worker of batches, beside each pipeline worker: it takes one only when it can begin, the others are for others. */
export function createBatchWorker(options: WorkerOptions, ports: Ports): Promise<Worker> {
  return Worker.create({
    ...options,
    taskQueue: batchQueue,
    activities: createBatchActivities(ports),
    interceptors: { activity: [() => ({ inbound: failures })] },
    maxConcurrentActivityTaskExecutions: batchesAtOnce,
    shutdownGraceTime: graceMs,
  });
}
