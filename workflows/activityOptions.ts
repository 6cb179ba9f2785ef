import type { ActivityOptions } from '@temporalio/workflow';
import { batchQueue, trainerQueue } from '../core/taskQueues.ts';

/** An attempt lost to a killed worker or a busy store is made again soon, for as long as a person would try. */
const retry = { initialInterval: '200 milliseconds', maximumInterval: '5 seconds', maximumAttempts: 50 } as const;

/** Steps that read and write small things, in milliseconds: one that was lost to a killed worker is soon made again. */
export const brief: ActivityOptions = { startToCloseTimeout: '20 seconds', retry };

/** Stages that work for seconds or minutes and heartbeat every two seconds. */
export const long: ActivityOptions = { startToCloseTimeout: '6 hours', heartbeatTimeout: '10 seconds', retry };

/**
 * Trials: waiting for a free trainer is in no timeout; a trainer's death is noticed by its silence. One that is cancelled
 * is waited for, so that none is at work any more when its search has ended.
 */
export const trial: ActivityOptions = {
  ...long,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  taskQueue: trainerQueue,
};

/** Batches of shared work, on whichever pipeline worker has a hand free. Of a source that changed, others are to be made. */
export const batch: ActivityOptions = {
  ...long,
  retry: { ...retry, nonRetryableErrorTypes: ['source.changed'] },
  taskQueue: batchQueue,
};
