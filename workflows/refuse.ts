import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ChildWorkflowFailure,
  TemporalFailure,
} from '@temporalio/workflow';
import { catalogue, type ErrorCode, WhetError } from '../core/errors.ts';

/** Runs a check of `core/` on what a message brought; its `WhetError` becomes the failure that the sender reads. */
export function checkedInput<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof WhetError)) throw error;
    throw ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: true,
      details: [error.facts],
    });
  }
}

/** The catalogue's error that a failed activity or child ended with, or undefined if it failed otherwise. */
export function catalogueFailure(error: unknown): { code: ErrorCode; message: string } | undefined {
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) return catalogueFailure(error.cause);
  if (!(error instanceof ApplicationFailure) || !(`${error.type}` in catalogue)) return undefined;
  return { code: error.type as ErrorCode, message: error.message };
}

/**
 * What an activity or child ended with, for a record. An error of the workflow's own code is thrown again: its task
 * waits for mended code, and nothing is recorded that a replay under that code would not record.
 */
export function failureOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof TemporalFailure)) throw error;
  if (error instanceof ApplicationFailure) return { code: error.type ?? 'failure', message: error.message };
  if (error.cause instanceof TemporalFailure) return failureOf(error.cause);
  return { code: error.name, message: error instanceof CancelledFailure ? 'cancelled' : error.message };
}

/** Whether this workflow itself is being cancelled, and not something that it waits for. */
export function isCancelled(): boolean {
  return CancellationScope.current().consideredCancelled;
}
