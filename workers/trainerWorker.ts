import { Worker } from '@temporalio/worker';
import { failures } from '../activities/failures.ts';
import type { TrainerPorts } from '../activities/ports.ts';
import { createTrialActivities } from '../activities/trials.ts';
import { graceMs, type WorkerOptions } from './pipelineWorker.ts';

/** The worker of the trials that wait in a queue: as many at once as its pool has processes. */
export function createTrainerWorker(
  options: WorkerOptions,
  ports: TrainerPorts,
  taskQueue: string,
  processes: number,
): Promise<Worker> {
  return Worker.create({
    ...options,
    taskQueue,
    activities: createTrialActivities(ports),
    interceptors: { activity: [() => ({ inbound: failures })] },
    maxConcurrentActivityTaskExecutions: processes,
    shutdownGraceTime: graceMs,
  });
}
