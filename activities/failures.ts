import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { WhetError } from '../core/errors.ts';

/** Maps every error of an activity to a Temporal failure, in one place: codes become types, `stop` is not retried. */
export const failures: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      if (error instanceof WhetError) throw toFailure(error);
      if (error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError) throw toFinal(error);
      throw isDefect(error) ? toDefect(error) : error;
    }
  },
};

function toFailure(error: WhetError): ApplicationFailure {
  return ApplicationFailure.create({
    message: error.message,
    type: error.code,
    nonRetryable: error.outcome !== 'retry',
    details: [error.facts],
    cause: error,
  });
}

/** Another workflow has answered, and will answer the same however often it is asked. Its code and message are kept. */
function toFinal(error: WorkflowFailedError | WorkflowUpdateFailedError): ApplicationFailure {
  let root: Error = error;
  while (!(root instanceof ApplicationFailure) && root.cause instanceof Error) root = root.cause;
  const type = (root instanceof ApplicationFailure ? root.type : undefined) ?? root.name;
  return ApplicationFailure.create({ message: root.message, type, nonRetryable: true, cause: error });
}

/** A mistake in the code stays one, however often it is tried; memory that is short now may be there later. */
function isDefect(error: unknown): error is Error {
  if (error instanceof RangeError) return !error.message.includes('allocation failed');
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError;
}

function toDefect(error: Error): ApplicationFailure {
  return ApplicationFailure.create({
    message: `${error.name}: ${error.message}`,
    type: 'defect',
    nonRetryable: true,
    cause: error,
  });
}
