/** Where workflows and the activities of the pipeline worker wait. */
export const pipelineQueue = 'whetstone';

/** Where batches of work wait that pipeline workers share: each takes no more of them than it works on. */
export const batchQueue = 'whetstone-batch';

/** Where trials wait for a trainer worker. */
export const trainerQueue = 'whetstone-trainer';
