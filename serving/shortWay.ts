import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { answerInfer, jsonBytes } from './answerInfer.ts';
import { answerPredict } from './answerPredict.ts';
import type { AnswerBytes } from './askedBody.ts';
import { plainInferRoute } from './inferRoutes.ts';
import { jsonDepthAbove } from './jsonDepth.ts';
import { predictRoute } from './predictRoutes.ts';
import type { ServingLimits } from './serverOptions.ts';
import type { ServingState } from './servingState.ts';

export interface ShortWayOptions {
  readonly state: ServingState;
  readonly limits: Pick<ServingLimits, 'bodyBytes' | 'jsonDepth'>;
  readonly isListening: () => boolean;
}

/**
 * The requests that come by the thousand a second, `POST /v2/models/<model>/infer` and `POST /predict/<pipeline>` of a caller who
 * may, are answered past the routes: to find its route, and what is made and called for each request on the way, costs as much
 * as to read, score and log a row. Whatever fails goes on by its route, with what was read and what was wrong.
 */
export function shortWay(route: RequestListener, options: ShortWayOptions): RequestListener {
  const { state, limits, isListening } = options;
  return (request, response) => {
    const asked = plainRequest(request, options);
    if (asked === undefined) return route(request, response);
    const arrivedMs = performance.now();
    readBody(request, asked.bytes, (body) => {
      const byRoute = (failure?: Failure): void => {
        read.set(request, { body, failure, elapsedMs: performance.now() - arrivedMs });
        route(request, response);
      };
      const { headers } = request;
      if (jsonDepthAbove(limits.jsonDepth, body, Number(headers[jsonBytes] ?? body.length))) return byRoute();
      const { model, caller, way } = asked;
      const send = (answer: AnswerBytes): void => {
        sendBytes(response, answer, isListening());
        const ms = performance.now() - arrivedMs;
        state.metrics.request(way.route, 200, ms / 1_000);
        state.traffic.ended(model, undefined, ms);
      };
      try {
        const later = way.answer(state, { model, headers, caller, body }, send);
        later?.catch((error: unknown) => byRoute({ error }));
      } catch (error) {
        byRoute({ error });
      }
    });
  };
}

interface PlainRequest {
  readonly way: typeof predictWay | typeof inferWay;
  readonly model: string;
  readonly bytes: number;
  /** The name of the caller's key. */
  readonly caller: string | undefined;
}

const predictWay = { route: predictRoute, answer: answerPredict } as const;
const inferWay = { route: plainInferRoute, answer: answerInfer } as const;

const plainUrl = /^\/(?:predict\/([\w.-]+)|v2\/models\/([\w.-]+)\/infer)$/;

/** Bodies are read whatever they are called, but for what is no name at all, which the routes refuse. */
const plainType = /^(?:[\w.+-]+\/[\w.+-]+(?:; ?charset=[\w-]+)?)?$/;

function plainRequest(
  { method, url = '', headers }: IncomingMessage,
  { state, limits }: ShortWayOptions,
): PlainRequest | undefined {
  const [, predicted, inferred] = (method === 'POST' && plainUrl.exec(url)) || [];
  const model = predicted ?? inferred;
  const bytes = Number(headers['content-length']);
  if (model === undefined || !state.served.has(model) || !(bytes > 0 && bytes <= limits.bodyBytes)) return undefined;
  if (!plainType.test(headers['content-type'] ?? '')) return undefined;
  const way = predicted === undefined ? inferWay : predictWay;
  try {
    return { way, model, bytes, caller: state.keys.check(headers.authorization, 'predict') };
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

function sendBytes(response: ServerResponse, { headers, body }: AnswerBytes, isListening: boolean): void {
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

interface ReadBefore {
  readonly body: Buffer;
  /** What was wrong with it, where that is known. */
  readonly failure: Failure | undefined;
  /** Milliseconds that it had taken by then. */
  readonly elapsedMs: number;
}

/** What was read of requests that go on by their routes. */
const read = new WeakMap<IncomingMessage, ReadBefore>();

/** Milliseconds that a request had taken before it went on by its route. */
export function elapsedBefore(request: IncomingMessage): number {
  return read.get(request)?.elapsedMs ?? 0;
}

/** Gives the routes the bodies that were read before them, and refuses what was refused before them. */
export function takeReadBodies(server: FastifyInstance): void {
  server.addHook('preParsing', (request, _, payload, done) => {
    const body = read.get(request.raw)?.body;
    done(null, body === undefined ? payload : Readable.from([body]));
  });
  server.addHook('preHandler', async ({ raw }) => {
    const failure = read.get(raw)?.failure;
    if (failure !== undefined) throw failure.error;
  });
}
