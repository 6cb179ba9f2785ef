import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { CommanderError } from 'commander';
import { catalogue, type ErrorCode, WhetError } from '../core/errors.ts';

/** Says on stderr what went wrong, and gives the exit code: the catalogue's for its codes, 1 for what it does not know. */
export function failed(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof WhetError) return said(error.message, error.code);
  const cause = applicationFailure(error);
  if (cause !== undefined) return said(cause.message, cause.type ?? undefined);
  return said(error instanceof Error ? (error.stack ?? error.message) : String(error), undefined);
}

/** The exit code of a catalogue's code. */
export function exitCodeOf(code: string | undefined): number {
  return code !== undefined && code in catalogue ? catalogue[code as ErrorCode].exit : 1;
}

function said(message: string, code: string | undefined): number {
  process.stderr.write(`whet: ${message}\n`);
  return exitCodeOf(code);
}

/** The innermost failure that the engine threw, below what Temporal wrapped around it. */
function applicationFailure(error: unknown): ApplicationFailure | undefined {
  if (error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError)
    return applicationFailure(error.cause);
  if (error instanceof ApplicationFailure) return error;
  return error instanceof TemporalFailure ? applicationFailure(error.cause) : undefined;
}
