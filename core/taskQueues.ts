/** Where workflows and the activities of the pipeline worker wait. */
export const pipelineQueue = 'whetstone';

/** Where trials wait for a trainer worker. */
export const trainerQueue = 'whetstone-trainer';
