import { Worker } from '@temporalio/worker';
import { failures } from '../activities/failures.ts';
import type { TrainerPorts } from '../activities/ports.ts';
import { createTrialActivities } from '../activities/trials.ts';
import { graceMs, type WorkerOptions } from './pipelineWorker.ts';
import { trialSlots } from './trialSlots.ts';

/** The worker of the trials that wait in a queue: as many groups are trained at once as its pool has processes. */
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
    tuner: trialSlots(ports.pool, processes),
    shutdownGraceTime: graceMs,
  });
}
