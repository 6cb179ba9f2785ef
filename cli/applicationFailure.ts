import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';

/** The innermost failure that the engine threw, below what Temporal wrapped around it; undefined in any other error. */
export function applicationFailure(error: unknown): ApplicationFailure | undefined {
  if (error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError)
    return applicationFailure(error.cause);
  if (error instanceof ApplicationFailure) return error;
  return error instanceof TemporalFailure ? applicationFailure(error.cause) : undefined;
}
