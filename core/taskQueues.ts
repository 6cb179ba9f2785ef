import { needsGpu } from './backendName.ts';

/** Where workflows and the activities of the pipeline worker wait. */
export const pipelineQueue = 'whetstone';

/** Where batches of work wait that pipeline workers share: each takes no more of them than it works on. */
export const batchQueue = 'whetstone-batch';

/** Where trials wait for a trainer worker. */
export const trainerQueue = 'whetstone-trainer';

/** Where trials wait that need a graphics processor: only trainers that have one poll it. */
export const gpuTrainerQueue = 'whetstone-trainer-gpu';

/** The queue of a backend's trials: it names the kind of machine that they need. */
export function trainerQueueOf(backend: string): string {
  return needsGpu(backend) ? gpuTrainerQueue : trainerQueue;
}
