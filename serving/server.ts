import { randomUUID } from 'node:crypto';
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify';
import { loadPackage } from '../models/scorers/loadPackage.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { addFailureReplies, refuseBrokenHttp, replyWith } from './failureReplies.ts';
import { addInferRoutes } from './inferRoutes.ts';
import { type Leases, openLeases } from './lease.ts';
import { type LoadPackage, loadVersion } from './loadVersion.ts';
import { openMetrics } from './metrics.ts';
import { addModelRoutes } from './modelRoutes.ts';
import { addOverviewRoutes } from './overviewRoutes.ts';
import { openPredictionLog } from './predictionLog.ts';
import { addPredictRoutes } from './predictRoutes.ts';
import { type RoutingWatch, watchRouting } from './routingWatch.ts';
import { type ServedPipeline, servedPipeline } from './servedPipeline.ts';
import type { ServingState } from './servingState.ts';
import { openSlots } from './slots.ts';

export interface ServerOptions {
  readonly store: ObjectStore;
  /** Which to serve; left out: every pipeline that has a routing in the store, also those that come later. */
  readonly pipelines?: readonly string[];
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Milliseconds UTC. */
  readonly clock: () => number;
  /** Names this process in its leases: letters, digits, `.`, `_` and `-`. Default: one of its own. */
  readonly id?: string;
  /** Version of the engine, told in `GET /v2`. */
  readonly engineVersion?: string;
  /** Default: onnxruntime. */
  readonly load?: LoadPackage;
  /** Hears, in a line each, what a person should know. Default: standard error. */
  readonly report?: (line: string) => void;
  /** Fastify's own log of requests; default none. */
  readonly logger?: FastifyBaseLogger;
  readonly limits?: Partial<ServingLimits>;
  readonly intervals?: Partial<ServingIntervals>;
}

export interface ServingLimits {
  readonly bodyBytes: number;
  readonly rowsPerRequest: number;
  /** Rows of the prediction log kept in memory while the store is gone. */
  readonly keepLogRows: number;
}

export interface ServingIntervals {
  readonly routingMs: number;
  readonly discoverMs: number;
  /** How long a version that was refused is left alone. */
  readonly retryMs: number;
  readonly leaseMs: number;
  readonly logMs: number;
}

export interface Server {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The lease's id. */
  readonly id: string;
  /** Takes the lease away, ends the requests under way, writes the log out and frees the models. */
  close(): Promise<void>;
}

const defaultLimits: ServingLimits = { bodyBytes: 16 * 1024 * 1024, rowsPerRequest: 10_000, keepLogRows: 50_000 };
const defaultIntervals: ServingIntervals = {
  routingMs: 500,
  discoverMs: 2_000,
  retryMs: 5_000,
  leaseMs: 1_000,
  logMs: 1_000,
};

/** Rows after which a file of the prediction log is written without waiting for its second. */
const logRowsPerFile = 1_000;

/**
 * One serving process. It answers when this ends, with whatever the store's routing names; with the store gone it goes on
 * with the last routing that it saw. Throws what `listen` throws (`EADDRINUSE` for a port that is taken).
 */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { store, clock } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const intervals = { ...defaultIntervals, ...options.intervals };
  const report = options.report ?? toStandardError;
  const session = randomUUID().replaceAll('-', '').slice(0, 16);
  const id = options.id ?? session;
  const served = new Map<string, ServedPipeline>();
  let [url, started, requests] = ['', false, 0];
  const log = openPredictionLog({
    store,
    session,
    everyMs: intervals.logMs,
    rowsPerFile: logRowsPerFile,
    keepRows: limits.keepLogRows,
    report,
  });
  const state: ServingState = {
    served,
    log,
    metrics: openMetrics(),
    clock,
    requestId: () => `${session}-${(requests++).toString(36)}`,
    maxRows: limits.rowsPerRequest,
    engineVersion: options.engineVersion ?? 'development',
    url: () => url,
    started: () => started,
  };
  const http = httpServer(options, state, limits.bodyBytes, report);
  try {
    url = await http.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  } catch (error) {
    await log.close();
    throw error;
  }
  const leases = openLeases({ store, id, url: () => url, clock, everyMs: intervals.leaseMs, report });
  const watch = await watchRouting({
    store,
    served,
    pipelines: options.pipelines,
    open: (pipeline) => openPipeline(options, pipeline, leases, report),
    report,
    everyMs: intervals.routingMs,
    discoverEveryMs: intervals.discoverMs,
    retryAfterMs: intervals.retryMs,
    clock,
  });
  started = true;
  let closing: Promise<void> | undefined;
  const close = () => closeAll(state, http, watch, leases);
  return {
    url,
    id,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** The lease goes first: no rollout waits for a process that leaves. The log goes after the last answer. */
async function closeAll(
  state: ServingState,
  http: FastifyInstance,
  watch: RoutingWatch,
  leases: Leases,
): Promise<void> {
  await watch.close();
  await leases.close();
  await http.close();
  await state.log.close();
  await Promise.all([...state.served.values()].map(({ slots }) => slots.close()));
}

function openPipeline(
  { store, load = loadPackage }: ServerOptions,
  pipeline: string,
  leases: Leases,
  report: (line: string) => void,
): ServedPipeline {
  const slots = openSlots(
    (version) => loadVersion(store, load, version),
    (error) => report(`${pipeline}: a version could not be released. ${String(error)}`),
  );
  const opened: ServedPipeline = servedPipeline(pipeline, slots, () => leases.changed(opened), report);
  leases.changed(opened);
  return opened;
}

function httpServer(
  options: ServerOptions,
  state: ServingState,
  bodyLimit: number,
  report: (line: string) => void,
): FastifyInstance {
  const server: FastifyInstance = fastify({
    bodyLimit,
    clientErrorHandler: refuseBrokenHttp,
    frameworkErrors: (error, request, reply) => void replyWith(error, request, reply, bodyLimit, report),
    routerOptions: { ignoreTrailingSlash: true },
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
  });
  takeAnyBody(server);
  addFailureReplies(server, bodyLimit, report);
  server.addHook('onResponse', (_, reply, done) => {
    state.metrics.request(reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
  addPredictRoutes(server, state);
  addInferRoutes(server, state);
  addModelRoutes(server, state);
  addOverviewRoutes(server, state);
  return server;
}

/** Clients of the protocol send no Content-Type, curl sends that of a form: a body is bytes, and the route reads JSON. */
function takeAnyBody(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
}

function toStandardError(line: string): void {
  process.stderr.write(`serving: ${line}\n`);
}
