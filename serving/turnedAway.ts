import type { IncomingHttpHeaders } from 'node:http';
import { catalogue, WhetError } from '../core/errors.ts';
import { failureBody, retryAfterSeconds } from './failure.ts';

/** A request as its head tells of it. */
export interface AskedHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

const scoresUrl = /^\/(?:predict\/|v2\/models\/[^?]+\/infer\/?(?:\?|$))/;

/**
 * Health, metrics and releases are always answered: whoever looks after an overloaded server needs them. Labels are always
 * taken: they are few, and nobody waits for them to be scored.
 */
export function asksForScores({ method, url = '' }: AskedHead): boolean {
  return method === 'POST' && scoresUrl.test(url);
}

/** The pipeline of such a request, as the caller wrote it. */
export function modelIn({ url = '' }: AskedHead): string {
  return /^\/(?:predict|v2\/models)\/([^/?]+)/.exec(url)?.[1] ?? '';
}

/** Milliseconds that a caller gives for the answer. */
const deadlineHeader = 'x-whet-deadline-ms';

/** What is no deadline is for the route to refuse. */
export function isLate({ headers }: AskedHead, waitedMs: number): boolean {
  const deadline = headers[deadlineHeader];
  if (deadline === undefined) return false;
  const deadlineMs = deadline === '' ? Number.NaN : Number(deadline);
  return deadlineMs >= 0 && deadlineMs <= waitedMs;
}

export function late(waitedMs: number): WhetError {
  const expected = `a request that reaches the server within its ${deadlineHeader}`;
  return new WhetError('request.late', { expected, came: `one that had waited for ${Math.ceil(waitedMs)} ms` });
}

/** Made once: at the time when it is needed there is none for a stack trace. */
export const busy = new WhetError('server.busy', {
  expected: 'a request that can be answered in time',
  came: 'more than this process can answer',
});

/**
 * Whether a refusal waits before it is told: of all who are refused by an overloaded process, or late, who no longer wait, those that ask
 * again at once would take all the time.
 */
export function isToldLater(error: WhetError, overloaded: boolean): boolean {
  return overloaded || error !== busy;
}

/** An answer that says no, by the form of the protocol that the URL belongs to. */
export interface Refusal {
  readonly status: number;
  /** Names and values in turn, without the length. */
  readonly headers: readonly string[];
  readonly body: string;
}

export function refusal({ url = '' }: AskedHead, error: WhetError): Refusal {
  const body = JSON.stringify(failureBody(url, error));
  const status = catalogue[error.code].http;
  const headers = ['content-type', 'application/json'];
  if (status === 503) headers.push('retry-after', String(retryAfterSeconds));
  return { status, headers, body };
}
