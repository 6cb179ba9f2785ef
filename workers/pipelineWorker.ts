import { type NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { createPipelineActivities } from '../activities/activities.ts';
import { failures } from '../activities/failures.ts';
import type { Ports } from '../activities/ports.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
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
  return Worker.create({
    ...options,
    taskQueue: pipelineQueue,
    workflowBundle: await bundle,
    activities: createPipelineActivities(ports),
    interceptors: { activity: [() => ({ inbound: failures })] },
    shutdownGraceTime: graceMs,
  });
}
