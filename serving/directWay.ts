import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { WhetError } from '../core/errors.ts';
import { accessLine } from './accessLine.ts';
import type { AnsweredBy } from './answeredBy.ts';
import { answerInfer, jsonBytes } from './answerInfer.ts';
import { answerPredict } from './answerPredict.ts';
import type { AnswerBytes } from './askedBody.ts';
import type { Exchange, Framing } from './framedConnection.ts';
import { plainInferRoute } from './inferRoutes.ts';
import { jsonDepthAbove } from './jsonDepth.ts';
import { predictRoute } from './predictRoutes.ts';
import type { RequestHead } from './requestHead.ts';
import { responseHead } from './responseHead.ts';
import type { ServingLimits } from './serverOptions.ts';
import type { ServingState } from './servingState.ts';
import { asksForScores, busy, isLate, isToldLater, late, modelIn, refusal } from './turnedAway.ts';

export interface DirectWayOptions {
  readonly state: ServingState;
  readonly limits: Pick<ServingLimits, 'bodyBytes' | 'jsonDepth'>;
  /** Whether requests are answered here at all, or only turned away. */
  readonly answers: boolean;
  /** Hears of each request that was answered here. */
  readonly accessLog: ((line: string) => void) | undefined;
  readonly isListening: () => boolean;
  /** Milliseconds for which a connection is told to stay. */
  readonly keepAliveMs: number;
}

/**
 * The requests that come by the thousand a second, `POST /v2/models/<model>/infer` and `POST /predict/<pipeline>` of a caller who
 * may, are answered from the bytes of their connection to the bytes of their answer: what Node's HTTP server and the routes
 * make and call for each request costs as much as to read, score and log a row. All others are routed, and whatever fails
 * goes on by its route, with what was wrong.
 */
export function directWay(options: DirectWayOptions): Pick<Framing, 'take' | 'awaits'> {
  const { state, limits, accessLog, isListening, keepAliveMs } = options;
  const { admission } = state;
  const answer = (exchange: Exchange, head: RequestHead, body: Buffer, { model, caller, way }: PlainRequest): void => {
    const arrivedMs = performance.now();
    const send = (bytes: AnswerBytes, by: AnsweredBy): void => {
      const bytesOut = sendBytes(exchange, bytes, keepAliveMs, !isListening());
      const ms = performance.now() - arrivedMs;
      if (accessLog !== undefined) {
        const { remoteAddress: ip } = exchange.socket;
        accessLog(accessLine({ ...head, ip, caller, answeredBy: by, status: 200, ms, bytesOut }, state.clock()));
      }
      state.metrics.request(way.route, 200, ms / 1_000);
      state.traffic.ended(model, undefined, ms);
    };
    const failed = (error: unknown): void => {
      routeFailed(exchange, { error, elapsedMs: performance.now() - arrivedMs });
    };
    try {
      const later = way.answer(state, { model, headers: head.headers, caller, body }, send);
      if (later === undefined) return;
      admission.began();
      later.catch(failed).finally(admission.ended);
    } catch (error) {
      failed(error);
    }
  };
  return {
    awaits: (head) => head.bodyBytes <= awaitedBytes && plainRequest(head, options) !== undefined,
    take(exchange, head, body) {
      const waitedMs = asksForScores(head) ? admission.waitedMs() : undefined;
      if (waitedMs === undefined) exchange.route();
      else if (isLate(head, waitedMs)) turnAway(exchange, head, late(waitedMs), options);
      else if (!admission.takes(waitedMs)) turnAway(exchange, head, busy, options);
      else {
        const asked = plainRequest(head, options);
        const jsonLength = Number(head.headers[jsonBytes] ?? body.length);
        if (asked === undefined || jsonDepthAbove(limits.jsonDepth, body, jsonLength)) exchange.route();
        else answer(exchange, head, body, asked);
      }
    },
  };
}

/** Longer bodies are read as they come. */
const awaitedBytes = 64 * 1_024;

function turnAway(exchange: Exchange, head: RequestHead, error: WhetError, options: DirectWayOptions): void {
  const { state, keepAliveMs, isListening } = options;
  const { status, bytes, text } = error === busy ? busyAnswer(head) : shortAnswer(head.url, error);
  const isLast = !isListening();
  const whole = responseHead(status, bytes, keepAliveMs, isLast) + text;
  state.traffic.ended(modelIn(head), error.code, 0);
  if (isToldLater(error, state.admission.overloaded)) exchange.refuse(whole, 'latin1', isLast);
  else exchange.reply(whole, 'latin1', isLast);
}

/** Made once: at the time when it is needed there is none to spare. */
const busyPredict = shortAnswer('/predict/', busy);
const busyInfer = shortAnswer('/v2/models/', busy);
const busyAnswer = ({ url }: RequestHead): ShortAnswer => (url.startsWith('/predict/') ? busyPredict : busyInfer);

interface ShortAnswer {
  readonly status: number;
  /** Of the body. */
  readonly bytes: number;
  /** What follows the lines that all heads have. */
  readonly text: string;
}

function shortAnswer(url: string, error: WhetError): ShortAnswer {
  const { status, headers, body } = refusal({ url, headers: {} }, error);
  let text = '';
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return { status, bytes: Buffer.byteLength(body), text: `${text}\r\n${body}` };
}

interface PlainRequest {
  readonly way: typeof predictWay | typeof inferWay;
  readonly model: string;
  /** The name of the caller's key. */
  readonly caller: string | undefined;
}

const predictWay = { route: predictRoute, answer: answerPredict } as const;
const inferWay = { route: plainInferRoute, answer: answerInfer } as const;

const plainUrl = /^\/(?:predict\/([\w.-]+)|v2\/models\/([\w.-]+)\/infer)$/;

/** Bodies are read whatever they are called, but for what is no name at all, which the routes refuse. */
const plainType = /^(?:[\w.+-]+\/[\w.+-]+(?:; ?charset=[\w-]+)?)?$/;

function plainRequest(
  { method, url, headers, bodyBytes }: RequestHead,
  { state, limits, answers }: DirectWayOptions,
): PlainRequest | undefined {
  const [, predicted, inferred] = (answers && method === 'POST' && plainUrl.exec(url)) || [];
  const model = predicted ?? inferred;
  if (model === undefined || !state.served.has(model) || bodyBytes === 0 || bodyBytes > limits.bodyBytes)
    return undefined;
  if (!plainType.test(headers['content-type'] ?? '')) return undefined;
  const way = predicted === undefined ? inferWay : predictWay;
  try {
    return { way, model, caller: state.keys.check(headers.authorization, 'predict') };
  } catch {
    // The route looks at the key again, and says what is wrong with it.
    return undefined;
  }
}

/** Gives the length of the body, in bytes. */
function sendBytes(exchange: Exchange, { headers, body }: AnswerBytes, keepAliveMs: number, isLast: boolean): number {
  const bytes = Buffer.byteLength(body);
  let head = responseHead(200, bytes, keepAliveMs, isLast);
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  const whole = typeof body === 'string' ? `${head}\r\n${body}` : Buffer.concat([Buffer.from(`${head}\r\n`), body]);
  // Text without a letter beyond ASCII is the same bytes in both, and Latin-1 is written without being looked at.
  exchange.reply(whole, bytes === body.length ? 'latin1' : 'utf8', isLast);
  return bytes;
}

interface Failure {
  readonly error: unknown;
  /** Milliseconds that it had taken by then. */
  readonly elapsedMs: number;
}

/** Of the request that is being routed. */
const failing = new WeakMap<Socket, Failure>();
const failures = new WeakMap<IncomingMessage, Failure>();

function routeFailed(exchange: Exchange, failure: Failure): void {
  failing.set(exchange.socket, failure);
  try {
    exchange.route();
  } finally {
    failing.delete(exchange.socket);
  }
}

/** Lets routes know what was wrong with requests that failed before them. */
export function withFailures(routes: RequestListener): RequestListener {
  return (request, response) => {
    const failure = failing.get(request.socket);
    if (failure !== undefined) failures.set(request, failure);
    routes(request, response);
  };
}

/** Milliseconds that a request had taken before it went on by its route. */
export function elapsedBefore(request: IncomingMessage): number {
  return failures.get(request)?.elapsedMs ?? 0;
}

/** Refuses in the routes what was refused before them. */
export function refuseFailed(server: FastifyInstance): void {
  server.addHook('preHandler', async ({ raw }) => {
    const failure = failures.get(raw);
    if (failure !== undefined) throw failure.error;
  });
}
