import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';
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
