import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { openAdmission } from './admission.ts';
import { atMost } from './atMost.ts';
import { openDeadlines } from './deadlines.ts';
import { openFeedbackLog } from './feedbackLog.ts';
import type { GrpcServer } from './grpc/grpcServer.ts';
import { httpServer } from './httpServer.ts';
import { keptVersions } from './keptVersions.ts';
import { keysOf } from './keys.ts';
import { type Leases, openLeases } from './lease.ts';
import { loadBySize } from './loadBySize.ts';
import { loadInThread } from './loadInThread.ts';
import { loadVersion } from './loadVersion.ts';
import { openMetrics } from './metrics.ts';
import { openPredictionLog } from './predictionLog.ts';
import { type RoutingWatch, watchRouting } from './routingWatch.ts';
import { type ServedPipeline, servedPipeline } from './servedPipeline.ts';
import { defaultIntervals, defaultLimits, type ServerOptions, type ServingIntervals } from './serverOptions.ts';
import type { ServingState } from './servingState.ts';
import { openSlots } from './slots.ts';
import { storeTeller } from './storeStanding.ts';
import { openTrafficLog } from './trafficLog.ts';
import { openVariants } from './variants.ts';

export interface Server {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Such as `127.0.0.1:8001`; undefined where gRPC was not asked for. */
  readonly grpc: string | undefined;
  /** The lease's id. */
  readonly id: string;
  /** Takes the lease away, ends the requests under way, writes the log out and frees the models; in bounded time. */
  close(): Promise<void>;
}

/** Rows after which a file of the prediction log is written without waiting for its second. */
const logRowsPerFile = 2_000;

/** A day of one pipeline. */
const keepTrafficLines = 1_440;

/**
 * One serving process. It listens once what the store's routing names is loaded, so that nobody is sent to a process that
 * cannot answer; with the store gone it goes on with the last routing that it saw. Throws `server.unprotected`,
 * `keys.invalid`, `tls.invalid`, and what `listen` throws (`EADDRINUSE` for a port that is taken).
 */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { store, clock } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const intervals = { ...defaultIntervals, ...options.intervals };
  const report = options.report ?? toStandardError;
  const session = randomUUID().replaceAll('-', '').slice(0, 16);
  const id = options.id ?? session;
  const served = new Map<string, ServedPipeline>();
  const keys = keysOf(options, report);
  let [url, started, requests] = ['', false, 0];
  let grpc: GrpcServer | undefined;
  const log = openPredictionLog({
    store,
    session,
    everyMs: intervals.logMs,
    rowsPerFile: logRowsPerFile,
    keepRows: limits.keepLogRows,
    journal: options.journal,
    report,
  });
  const tell = storeTeller(report);
  const kept = options.keep && keptVersions({ store, folder: options.keep, clock, report });
  const state: ServingState = {
    served,
    graphs: options.graphs ?? new Map(),
    feedback: openFeedbackLog({ store, session }),
    store: tell,
    log,
    metrics: openMetrics(),
    traffic: openTrafficLog({
      ...{ store, session, clock, report, everyMs: intervals.trafficMs, keepLines: keepTrafficLines },
      isServed: (pipeline) => served.has(pipeline),
    }),
    keys,
    admission: openAdmission(limits),
    deadlines: openDeadlines(),
    clock,
    requestId: () => `${session}-${(requests++).toString(36)}`,
    maxRows: limits.rowsPerRequest,
    engineVersion: options.engineVersion ?? 'development',
    url: () => url,
    grpc: () => grpc?.address,
    started: () => started,
  };
  const http = httpServer(options, state, limits, report);
  const leases = openLeases({ store, id, url: () => url, clock, everyMs: intervals.leaseMs, kept: tell.kept, report });
  const watch = watchRouting({
    store,
    kept,
    tell,
    served,
    pipelines: options.pipelines,
    open: (pipeline) => openPipeline({ ...options, store: kept?.store ?? store }, pipeline, leases, report),
    report,
    patienceMs: intervals.patienceMs,
    everyMs: intervals.routingMs,
    discoverEveryMs: intervals.discoverMs,
    retryAfterMs: intervals.retryMs,
    clock,
  });
  const first = watch.first.then(() => {
    started = true;
  });
  let closing: Promise<void> | undefined;
  const close = () => closeAll(state, [http, grpc], watch, leases, intervals);
  try {
    await atMost(intervals.startMs, first);
    url = await listening(options, http);
    grpc = await openGrpc(options, state, limits.bodyBytes, report);
  } catch (error) {
    await close();
    throw error;
  }
  for (const each of served.values()) leases.changed(each);
  return {
    url,
    grpc: grpc?.address,
    id,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Where it listens, as fastify tells it but for the scheme: it knows nothing of the server below it. */
async function listening({ host, port, tls }: ServerOptions, http: FastifyInstance): Promise<string> {
  const url = await http.listen({ host: host ?? '127.0.0.1', port: port ?? 0 });
  return tls === undefined ? url : url.replace('http:', 'https:');
}

/** Beside HTTP, and not loaded where nobody asks for it: its modules take longer to start than all the others. */
async function openGrpc(
  { host = '127.0.0.1', grpcPort, tls }: ServerOptions,
  state: ServingState,
  bodyLimit: number,
  report: (line: string) => void,
): Promise<GrpcServer | undefined> {
  if (grpcPort === undefined) return undefined;
  const { openGrpcServer } = await import('./grpc/grpcServer.ts');
  return openGrpcServer({ host, port: grpcPort, tls, state, bodyLimit, report });
}

/**
 * The lease goes first: no rollout waits for a process that leaves. The log goes after the last answer. Neither a store that
 * is gone nor a caller that is stuck keeps the process longer than the intervals say.
 */
async function closeAll(
  state: ServingState,
  [http, grpc]: readonly [FastifyInstance, GrpcServer | undefined],
  watch: RoutingWatch,
  leases: Leases,
  { patienceMs, drainMs }: ServingIntervals,
): Promise<void> {
  await atMost(patienceMs, Promise.all([leases.close(), watch.close()]));
  const answered = Promise.all([http.close(), grpc?.close()]);
  await atMost(drainMs, answered);
  http.server.closeAllConnections();
  await atMost(patienceMs, answered);
  const served = [...state.served.values()];
  await atMost(patienceMs, Promise.all(served.flatMap(({ unlogged }) => [...unlogged])));
  await atMost(patienceMs, Promise.all([state.log.close(), state.traffic.close()]));
  state.keys.close();
  await atMost(patienceMs, Promise.all(served.flatMap(({ slots, variants }) => [slots.close(), variants.close()])));
}

function openPipeline(
  { store, load = loadBySize, loadVariant = loadInThread }: ServerOptions,
  pipeline: string,
  leases: Leases,
  report: (line: string) => void,
): ServedPipeline {
  const slots = openSlots(
    (version) => loadVersion(store, load, version),
    (error) => report(`${pipeline}: a version could not be released. ${String(error)}`),
  );
  const changed = (): void => leases.changed(opened);
  const variants = openVariants({
    loadHere: (version) => loadVersion(store, load, version),
    loadOutside: (version) => loadVersion(store, loadVariant, version),
    changed,
    report: (line) => report(`${pipeline}: ${line}`),
  });
  const opened: ServedPipeline = servedPipeline(pipeline, slots, variants, changed, report);
  leases.changed(opened);
  return opened;
}

function toStandardError(line: string): void {
  process.stderr.write(`serving: ${line}\n`);
}
