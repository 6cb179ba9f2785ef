import { catalogue, type ErrorCode, WhetError } from '../core/errors.ts';

/** What a client is told of an error: never a stack, never a path of this machine. */
export interface Failure {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Errors of the catalogue and fastify's own refusals as they are; all else is a failure of the server, told in its log. */
export function failureOf(error: unknown, bodyLimit: number): Failure {
  if (error instanceof WhetError) return ofCatalogue(error);
  if (codeOf(error) === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const expected = `a body of at most ${bodyLimit} bytes`;
    return ofCatalogue(new WhetError('request.too-large', { expected, came: 'a larger one' }));
  }
  const status = statusOf(error);
  if (status === undefined || status >= 500) {
    return ofCatalogue(new WhetError('server.failed', { expected: 'an answer', came: 'a failure of the server' }));
  }
  const expected = 'a request of HTTP that the server can read';
  const came = error instanceof Error ? error.message : String(error);
  return { ...ofCatalogue(new WhetError('request.invalid', { expected, came, todo: 'Mend the request.' })), status };
}

/** What a client reads of it: with its code, but under `/v2`, where the Open Inference Protocol has the error alone. */
export function failureBody(url: string, { code, message }: Pick<Failure, 'code' | 'message'>): object {
  return /^\/v2(?:[/?]|$)/.test(url) ? { error: message } : { error: message, code };
}

/** Seconds after which a client that was answered with 503 may ask again. */
export const retryAfterSeconds = 1;

function ofCatalogue(error: WhetError): Failure {
  return { status: catalogue[error.code].http, code: error.code, message: error.message };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}
