import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { answerInfer, type InferBytes, jsonBytes } from './answerInfer.ts';
import { jsonDepthAbove } from './jsonDepth.ts';
import type { ServingLimits } from './serverOptions.ts';
import type { ServingState } from './servingState.ts';

export interface ShortWayOptions {
  readonly state: ServingState;
  readonly limits: Pick<ServingLimits, 'bodyBytes' | 'jsonDepth'>;
  /** Counts a request that was answered with 200. */
  readonly ended: (model: string, ms: number) => void;
  readonly isListening: () => boolean;
}

/**
 * The request that comes by the thousand a second, `POST /v2/models/<model>/infer` of a caller who may, is answered past
 * the routes: to find its route, and what is made and called for each request on the way, costs as much as to read, score and log
 * a row. Whatever fails goes on by its route, with what was read and what was wrong.
 */
export function shortWay(route: RequestListener, options: ShortWayOptions): RequestListener {
  const { state, limits, ended, isListening } = options;
  return (request, response) => {
    const asked = plainInfer(request, options);
    if (asked === undefined) return route(request, response);
    const arrivedMs = performance.now();
    readBody(request, asked.bytes, (body) => {
      const byRoute = (failure?: Failure): void => {
        read.set(request, { body, failure });
        route(request, response);
      };
      if (jsonDepthAbove(limits.jsonDepth, body, Number(request.headers[jsonBytes] ?? body.length))) return byRoute();
      const send = (answer: InferBytes): void => {
        sendBytes(response, answer, isListening());
        ended(asked.model, performance.now() - arrivedMs);
      };
      try {
        const { model, caller } = asked;
        const later = answerInfer(state, { model, label: undefined, headers: request.headers, caller, body }, send);
        later?.catch((error: unknown) => byRoute({ error }));
      } catch (error) {
        byRoute({ error });
      }
    });
  };
}

interface PlainInfer {
  readonly model: string;
  readonly bytes: number;
  /** The name of the caller's key. */
  readonly caller: string | undefined;
}

const plainUrl = /^\/v2\/models\/([\w.-]+)\/infer$/;

function plainInfer(
  { method, url = '', headers }: IncomingMessage,
  { state, limits }: ShortWayOptions,
): PlainInfer | undefined {
  const model = method === 'POST' ? plainUrl.exec(url)?.[1] : undefined;
  const bytes = Number(headers['content-length']);
  if (model === undefined || !(bytes > 0 && bytes <= limits.bodyBytes)) return undefined;
  try {
    return { model, bytes, caller: state.keys.check(headers.authorization, 'predict') };
  } catch {
    // The route looks at the key again, and says what is wrong with it.
    return undefined;
  }
}

/** Nothing follows where the caller goes away before the end. */
function readBody(request: IncomingMessage, bytes: number, done: (body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => {
    pieces.push(piece);
  });
  request.on('end', () => {
    const [only] = pieces;
    // Nearly always one piece is all of it.
    done(only?.length === bytes ? only : Buffer.concat(pieces));
  });
}

function sendBytes(response: ServerResponse, { headers, body }: InferBytes, isListening: boolean): void {
  const bytes = Buffer.byteLength(body);
  const list = ['content-length', String(bytes)];
  for (const name in headers) list.push(name, headers[name] ?? '');
  // What was asked before the process was told to end is the last on its connection.
  if (!isListening) list.push('connection', 'close');
  response.writeHead(200, list);
  // Text without a letter beyond ASCII is the same bytes in both, and Latin-1 is written without being looked at.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

interface Failure {
  readonly error: unknown;
}

/** What was read of requests that go on by their routes. */
const read = new WeakMap<IncomingMessage, { readonly body: Buffer; readonly failure: Failure | undefined }>();

/** What was wrong with a request that was answered past its route. */
export function failedBefore(request: IncomingMessage): Failure | undefined {
  return read.get(request)?.failure;
}

/** Gives the routes the bodies that were read before them. */
export function takeReadBodies(server: FastifyInstance): void {
  server.addHook('preParsing', (request, _, payload, done) => {
    const body = read.get(request.raw)?.body;
    done(null, body === undefined ? payload : Readable.from([body]));
  });
}
