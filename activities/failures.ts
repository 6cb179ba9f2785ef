import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { WhetError } from '../core/errors.ts';

/** Maps every error of an activity to a Temporal failure, in one place: codes become types, `stop` is not retried. */
export const failures: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      throw error instanceof WhetError ? toFailure(error) : isDefect(error) ? toDefect(error) : error;
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

/** A mistake in the code stays one, however often it is tried. */
function isDefect(error: unknown): error is Error {
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
