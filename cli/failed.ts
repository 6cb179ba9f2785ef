import { CommanderError } from 'commander';
import { catalogue, type ErrorCode, WhetError } from '../core/errors.ts';

/** Says on stderr what went wrong, and gives the exit code: the catalogue's for its codes, 1 for what it does not know. */
export async function failed(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof WhetError) return said(error.message, error.code);
  // Loaded when something else fails: it brings all of Temporal's client.
  const { applicationFailure } = await import('./applicationFailure.ts');
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
