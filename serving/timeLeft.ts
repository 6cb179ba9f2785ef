import { answerReserveMs } from '../core/answerReserve.ts';
import type { MetadataOf } from '../core/chooseVariant.ts';
import { WhetError } from '../core/errors.ts';
import type { Deadlines } from './deadlines.ts';

/** How long one request may take. Times are of `performance.now()`. */
export interface TimeLeft {
  /** Until then whoever is to answer is waited for: what comes after has the rest of the time. */
  readonly waitEndMs: number;
  /** When the answer is to be with its caller. */
  readonly endMs: number;
  /** Who has no scores by then is at fault, and not a caller in haste or a process that is late itself. */
  readonly fairEndMs: number;
  /** Milliseconds until `waitEndMs`; negative when that is past. */
  readonly leftMs: () => number;
  /** The caller waits for less than the routing allows. */
  readonly isShort: boolean;
}

export interface Allowed {
  /** By the routing, or a graph. */
  readonly deadlineMs: number;
  /** In which whoever answers instead has scored; 0 where nobody has to be asked first. */
  readonly fallbackMs: number;
}

/**
 * From what is allowed, and the caller's own deadline (`deadline-ms`) where that is shorter. Throws `request.invalid` where
 * the caller's is no number of milliseconds.
 */
export function timeLeft(
  { overrunMs }: Pick<Deadlines, 'overrunMs'>,
  { deadlineMs, fallbackMs }: Allowed,
  metadataOf: MetadataOf,
  arrivedMs: number,
): TimeLeft {
  const said = metadataOf('deadline-ms');
  const callerMs = said === undefined ? Number.POSITIVE_INFINITY : Number(said);
  if (!(callerMs > 0)) throw invalid(said);
  const ms = Math.min(deadlineMs, callerMs);
  const endMs = arrivedMs + ms;
  const waitEndMs = endMs - answerReserveMs(ms, { overrunMs, fallbackMs });
  return {
    waitEndMs,
    endMs,
    // From now on: what the request waited for before is nobody's fault who is asked only now.
    fairEndMs: performance.now() + deadlineMs - answerReserveMs(deadlineMs, atEase),
    leftMs: () => waitEndMs - performance.now(),
    isShort: callerMs < deadlineMs,
  };
}

/** A process that is on time. */
const atEase = { overrunMs: 0, fallbackMs: 0 };

function invalid(said: string | undefined): WhetError {
  const todo = 'Send x-whet-deadline-ms: 20, or leave it out.';
  return new WhetError('request.invalid', { expected: 'a deadline in milliseconds', came: `'${said}'`, todo });
}
