import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { catalogue, WhetError } from '../core/errors.ts';
import { failureBody, failureOf, retryAfterSeconds } from './failure.ts';

/**
 * Answers every failure with `{"error": string}`, and with its `code` but under `/v2`, where the Open Inference Protocol has the
 * error alone. Call before routes are added.
 */
export function addFailureReplies(server: FastifyInstance, bodyLimit: number, report: (line: string) => void): void {
  const routes: Route[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  server.setErrorHandler((error, request, reply) => replyWith(error, request, reply, bodyLimit, report));
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    return replyWith(notFound(request.method, path, methods), request, reply, bodyLimit, report);
  });
}

/** What is no HTTP at all gets the same form of answer, written to the socket. */
export function refuseBrokenHttp(error: Error & { code?: string }, socket: BrokenSocket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { code, message } = brokenHttp[error.code ?? ''] ?? invalidHttp;
  const body = JSON.stringify({ error: message });
  const status = catalogue[code].http;
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`);
}

const invalidHttp = new WhetError('request.invalid', {
  expected: 'HTTP/1.1',
  came: 'something else',
  todo: 'Send the request as HTTP/1.1.',
});

/** By the codes of Node's parser and of its clock for slow requests. */
const brokenHttp: Readonly<Record<string, WhetError>> = {
  HPE_HEADER_OVERFLOW: new WhetError('request.headers-too-large', { expected: 'shorter headers', came: 'more bytes' }),
  ERR_HTTP_REQUEST_TIMEOUT: new WhetError('request.too-slow', {
    expected: 'the request in time',
    came: 'a part of it',
  }),
};

interface BrokenSocket {
  readonly writable: boolean;
  end(text: string): unknown;
  destroy(): unknown;
}

interface Route {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`);
}

function notFound(method: string, path: string, methods: readonly string[]): WhetError {
  const came = `${method} ${path.slice(0, 200)}`;
  if (methods.length === 0) return new WhetError('route.unknown', { expected: 'a route of this server', came });
  return new WhetError('route.wrong-method', { expected: methods.join(' or '), came });
}

/** A declared body that is at most so much over the limit is read to its end and dropped, so that its sender reads the answer. */
const drainBytes = 256 * 1024 * 1024;

export function replyWith(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  bodyLimit: number,
  report: (line: string) => void,
): FastifyReply {
  const { status, code, message } = failureOf(error, bodyLimit);
  request.failure = code;
  if (code === 'server.failed') report(`request ${request.id} failed: ${stackOf(error)}`);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 503) reply.header('retry-after', retryAfterSeconds);
  if (status === 413 && Number(request.headers['content-length']) <= drainBytes) reply.removeHeader('connection');
  // As bytes, lest a charset be added: KServe's client shows the error of plain application/json alone.
  return reply
    .code(status)
    .header('content-type', 'application/json')
    .send(Buffer.from(JSON.stringify(failureBody(request.url, { code, message }))));
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
