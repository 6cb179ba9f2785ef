import type { MetadataOf } from '../core/chooseVariant.ts';
import { WhetError } from '../core/errors.ts';

/** How long one request may take. */
export interface TimeLeft {
  /** Milliseconds until the answer must begin; negative when that is past. */
  readonly leftMs: () => number;
  /** The caller waits for less than the routing allows. */
  readonly isShort: boolean;
}

/** Kept of each deadline for what comes after the last scores: the fallback's own scoring, and the writing of the answer. */
const answerMs = 2;

/**
 * From the routing's deadline, and the caller's own (`deadline-ms`) where that is shorter. `arrivedMs` is of
 * `performance.now()`. Throws `request.invalid` where the caller's is no number of milliseconds.
 */
export function timeLeft(deadlineMs: number, metadataOf: MetadataOf, arrivedMs: number): TimeLeft {
  const said = metadataOf('deadline-ms');
  const callerMs = said === undefined ? Number.POSITIVE_INFINITY : Number(said);
  if (!(callerMs > 0)) throw invalid(said);
  const ms = Math.min(deadlineMs, callerMs);
  const end = arrivedMs + Math.max(ms / 2, ms - answerMs);
  return { leftMs: () => end - performance.now(), isShort: callerMs < deadlineMs };
}

function invalid(said: string | undefined): WhetError {
  const todo = 'Send x-whet-deadline-ms: 20, or leave it out.';
  return new WhetError('request.invalid', { expected: 'a deadline in milliseconds', came: `'${said}'`, todo });
}
