import { catalogue, type ErrorCode, WhetError } from '../core/errors.ts';
import type { PredictAnswer, PredictAnswers } from './answerPredict.ts';
import type { InputRow, PipelineTypes } from './inputRow.ts';
import type { Feedback, FeedbackAnswer } from './parseFeedback.ts';

export interface ClientOptions {
  /** Serving processes, such as `http://127.0.0.1:8080`: the first answers until it fails. */
  readonly addresses: readonly string[];
  /** From a call to its answer, retries among it; default 5,000. The server is told what is left of it. */
  readonly deadlineMs?: number;
  /** Further attempts where an address does not answer, or says 503; default 1. */
  readonly retries?: number;
  /** Sent with each request, such as an API key. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CallOptions {
  /** The caller's own id of the request: it is echoed, logged and searchable. */
  readonly id?: string;
  readonly deadlineMs?: number;
  /** Ends the call early. */
  readonly signal?: AbortSignal;
  /** What the routing's rules and sticky keys go by: `{ customer: '42' }` is sent as `x-whet-customer: 42`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Calls the serving processes of one pipeline. A refusal is a `WhetError` with the code that the server gave. */
export interface Client<Row> {
  /** The answer to one row, or to several in their order. */
  predict(row: Row, options?: CallOptions): Promise<PredictAnswer>;
  predict(rows: readonly Row[], options?: CallOptions): Promise<PredictAnswers>;
  /** Tells labels that came back. It ends when they are stored; sent twice they count once. */
  feedback(labels: Feedback | readonly Feedback[], options?: CallOptions): Promise<FeedbackAnswer>;
}

/**
 * A client of `POST /predict/<pipeline>` and `POST /feedback/<pipeline>`, by the platform's own fetch: in Node and in browsers.
 * `openClient<typeof flightDelays>(…)` types the row. Calls throw `client.no-answer` where no address answers,
 * `client.too-late` after the deadline, and what the server refuses.
 */
export function openClient<P extends PipelineTypes = PipelineTypes>(
  pipeline: P['id'],
  options: ClientOptions,
): Client<InputRow<P>> {
  const addresses = options.addresses.map((address) => address.replace(/\/+$/, ''));
  if (addresses.length === 0) throw new WhetError('input.invalid', { expected: 'at least one address', came: 'none' });
  let first = 0;
  const call = async (path: string, body: unknown, callOptions: CallOptions): Promise<unknown> => {
    const request = requestOf(path, body, options, callOptions);
    const attempts = (options.retries ?? 1) + 1;
    let failed: Attempt | undefined;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      await pauseAfter(failed, addresses.length, request);
      const address = addresses[first % addresses.length] ?? '';
      failed = await attempted(address, request);
      if (failed.answer !== undefined) return failed.answer;
      first += 1;
    }
    throw failed?.error;
  };
  const send =
    (room: string) =>
    (body: unknown, callOptions: CallOptions = {}) =>
      call(`/${room}/${encodeURIComponent(pipeline)}`, body, callOptions);
  return { predict: send('predict'), feedback: send('feedback') } as Client<InputRow<P>>;
}

interface ClientRequest {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of `performance.now()`. */
  readonly endMs: number;
  readonly signal: AbortSignal | undefined;
}

function requestOf(path: string, body: unknown, options: ClientOptions, call: CallOptions): ClientRequest {
  const metadata = Object.entries(call.metadata ?? {}).map(([name, value]) => [`x-whet-${name}`, value]);
  return {
    path,
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      ...options.headers,
      ...Object.fromEntries(metadata),
      ...(call.id === undefined ? {} : { 'x-request-id': call.id }),
    },
    endMs: performance.now() + (call.deadlineMs ?? options.deadlineMs ?? 5_000),
    signal: call.signal,
  };
}

/** An answer, or why there is none and after how long the same address may be asked again. */
interface Attempt {
  readonly answer?: unknown;
  readonly error?: WhetError;
  readonly retryAfterMs?: number;
}

/** Throws what another attempt would not mend. */
async function attempted(address: string, request: ClientRequest): Promise<Attempt> {
  const left = leftOf(request);
  const headers = { ...request.headers, 'x-whet-deadline-ms': String(left) };
  const signals = [AbortSignal.timeout(left), ...(request.signal === undefined ? [] : [request.signal])];
  try {
    const signal = AbortSignal.any(signals);
    const response = await fetch(address + request.path, { method: 'POST', body: request.body, headers, signal });
    return await attemptOf(address, response);
  } catch (error) {
    request.signal?.throwIfAborted();
    if (error instanceof WhetError) throw error;
    if (isTimeout(error)) throw tooLate();
    return {
      error: new WhetError('client.no-answer', { expected: `an answer from ${address}`, came: causeOf(error) }, error),
    };
  }
}

async function attemptOf(address: string, response: Response): Promise<Attempt> {
  const text = await response.text();
  if (response.ok) return { answer: JSON.parse(text) };
  const error = refusalOf(address, response.status, text);
  if (response.status !== 503) throw error;
  return { error, retryAfterMs: 1_000 * Number(response.headers.get('retry-after') ?? 0) };
}

/** Another address is asked at once, the only one when it has said. */
async function pauseAfter(failed: Attempt | undefined, addresses: number, request: ClientRequest): Promise<void> {
  const ms = addresses > 1 ? 0 : (failed?.retryAfterMs ?? 0);
  if (failed === undefined || ms === 0) return;
  if (ms >= leftOf(request)) throw failed.error;
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whole milliseconds. Throws `client.too-late`. */
function leftOf({ endMs }: ClientRequest): number {
  const left = Math.floor(endMs - performance.now());
  if (left > 0) return left;
  throw tooLate();
}

function tooLate(): WhetError {
  return new WhetError('client.too-late', { expected: 'an answer before the deadline', came: 'none' });
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

/** What fetch hides behind `fetch failed`, such as `ECONNREFUSED`. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? `${cause.code} ` : '';
  return `${code}${cause instanceof Error ? cause.message : String(cause)}`;
}

/** The server's own words under its own code; a proxy's under `client.no-answer`. */
function refusalOf(address: string, status: number, text: string): WhetError {
  const { error, code } = refusalIn(text);
  const known = code !== undefined && Object.hasOwn(catalogue, code) ? (code as ErrorCode) : undefined;
  const [, expected, came, todo] = /^[\w.-]+: expected (.*), but came (.*?)\. (.*)$/s.exec(error ?? '') ?? [];
  if (known !== undefined && expected !== undefined && came !== undefined && todo !== undefined)
    return new WhetError(known, { expected, came, todo });
  const facts = { expected: `an answer from ${address}`, came: `status ${status}: ${(error ?? text).slice(0, 500)}` };
  return new WhetError('client.no-answer', facts);
}

function refusalIn(text: string): { readonly error?: string; readonly code?: string } {
  try {
    return JSON.parse(text) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
