import type { Server as Listener, RequestListener } from 'node:http';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { RouteRole } from '../core/apiKeys.ts';
import { type ErrorCode, WhetError } from '../core/errors.ts';
import { type AnsweredRequest, accessLine } from './accessLine.ts';
import { addTraces, tracesAreWanted } from './addTraces.ts';
import type { AnsweredBy } from './answeredBy.ts';
import { directWay, elapsedBefore, refuseFailed, withFailures } from './directWay.ts';
import { addFailureReplies, refuseBrokenHttp, replyWith } from './failureReplies.ts';
import { addFeedbackRoutes } from './feedbackRoutes.ts';
import { frameConnections } from './frameConnections.ts';
import { openHeldRefusals } from './heldRefusals.ts';
import { httpListener } from './httpListener.ts';
import { addInferRoutes } from './inferRoutes.ts';
import { jsonDepthAbove } from './jsonDepth.ts';
import { addMetricsRoute } from './metricsRoute.ts';
import { addModelRoutes } from './modelRoutes.ts';
import { addMonitorRoutes } from './monitorRoutes.ts';
import { addOperateRoutes } from './operateRoutes.ts';
import { openOutbox } from './outbox.ts';
import { addOverviewRoutes } from './overviewRoutes.ts';
import { addPredictRoutes } from './predictRoutes.ts';
import type { ServerOptions, ServingLimits } from './serverOptions.ts';
import type { ServingState } from './servingState.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which key a route takes. A route that does not say so takes any key to read, and one of `operate` for all else. */
    readonly role?: RouteRole;
  }
  interface FastifyRequest {
    /** The name of the caller's key. */
    caller: string | undefined;
    /** Who answered, once somebody has. */
    answeredBy: AnsweredBy | undefined;
    /** Why it was not answered, where it was not. */
    failure: ErrorCode | undefined;
  }
}

/** The HTTP side of a serving process: its routes, and an answer to whatever else comes. Throws `tls.invalid`. */
export function httpServer(
  options: ServerOptions,
  state: ServingState,
  limits: ServingLimits,
  report: (line: string) => void,
): FastifyInstance {
  const { admission, keys, traffic } = state;
  const isListening = (): boolean => server.server.listening;
  // Traces and fastify's own log are written by the hooks of the routes.
  const isTold = options.logger !== undefined || tracesAreWanted();
  const listener = (routes: RequestListener): Listener => {
    const held = openHeldRefusals<object>();
    const opened = httpListener(withFailures(routes), { limits, admission, traffic, held, tls: options.tls, report });
    const { keepAliveTimeout: keepAliveMs } = opened;
    const { accessLog } = options;
    const direct = directWay({ state, limits, answers: !isTold, accessLog, isListening, keepAliveMs });
    const { headerBytes, requestMs } = limits;
    frameConnections(opened, {
      ...direct,
      outbox: openOutbox(),
      held,
      limits: { headerBytes, requestMs, idleMs: keepAliveMs + keepAliveGraceMs },
    });
    return opened;
  };
  const server: FastifyInstance = fastify({
    bodyLimit: limits.bodyBytes,
    serverFactory: (routes) => listener(routes),
    // Who is answered while the process ends is told to leave by `connection: close`.
    return503OnClosing: false,
    clientErrorHandler: refuseBrokenHttp,
    frameworkErrors: (error, request, reply) => void replyWith(error, request, reply, limits.bodyBytes, report),
    routerOptions: { ignoreTrailingSlash: true },
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
  });
  takeAnyBody(server, limits.jsonDepth);
  refuseFailed(server);
  addFailureReplies(server, limits.bodyBytes, report);
  server.decorateRequest('caller', undefined);
  server.decorateRequest('answeredBy', undefined);
  server.decorateRequest('failure', undefined);
  addTraces(server, state.engineVersion);
  server.addHook('onRequest', (request, _, done) => {
    request.caller = keys.check(request.headers.authorization, roleOf(request));
    done();
  });
  server.addHook('onSend', (_, reply, payload, done) => {
    // What was asked before the process was told to end is the last on its connection.
    if (!isListening()) reply.header('connection', 'close');
    done(null, payload);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const { url, config } = request.routeOptions;
    const ms = elapsedBefore(request.raw) + reply.elapsedTime;
    // The pattern and not the path: there are few patterns, and a path may hold anything.
    state.metrics.request(url ?? 'unknown', reply.statusCode, ms / 1_000);
    if (config.role === 'predict') traffic.ended(modelOf(request), request.failure, ms);
    options.accessLog?.(accessLine(answeredRequest(request, reply, ms), state.clock()));
    done();
  });
  addPredictRoutes(server, state);
  addFeedbackRoutes(server, state);
  addInferRoutes(server, state);
  addModelRoutes(server, state);
  addOverviewRoutes(server, state);
  if (options.operate !== undefined) addOperateRoutes(server, options.operate, ({ caller }) => caller);
  addMonitorRoutes(server, options.store, options.clock);
  addMetricsRoute(server, state, options);
  return server;
}

/** Milliseconds for which a connection stays beyond what its caller was told: a request may be on its way. */
const keepAliveGraceMs = 1_000;

/** Clients of the protocol send no Content-Type, curl sends that of a form: a body is bytes, and the route reads JSON. */
function takeAnyBody(server: FastifyInstance, jsonDepth: number): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, ({ headers }, body, done) => {
    const jsonBytes = Number(headers['inference-header-content-length'] ?? body.length);
    if (jsonDepthAbove(jsonDepth, body, jsonBytes)) return done(tooDeep(jsonDepth));
    done(null, body);
  });
}

function tooDeep(depth: number): WhetError {
  const expected = `at most ${depth} arrays and objects in one another`;
  return new WhetError('request.too-deep', { expected, came: 'more' });
}

function roleOf({ method, routeOptions: { config } }: FastifyRequest): RouteRole {
  return config.role ?? (method === 'GET' || method === 'HEAD' ? 'any' : 'operate');
}

function answeredRequest(request: FastifyRequest, reply: FastifyReply, ms: number): AnsweredRequest {
  const { method, url, headers, ip, caller, answeredBy } = request;
  const bytesOut = Number(reply.getHeader('content-length') ?? 0);
  return { method, url, headers, ip, caller, answeredBy, status: reply.statusCode, ms, bytesOut };
}

/** Each route that gives scores names it, one in its protocol's word. */
function modelOf({ params }: FastifyRequest): string {
  const { pipeline, model = '' } = params as { readonly pipeline?: string; readonly model?: string };
  return pipeline ?? model;
}
