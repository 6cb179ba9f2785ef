import type { FastifyBaseLogger } from 'fastify';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { LoadPackage } from './loadVersion.ts';
import type { MetricFamily } from './metricsText.ts';
import type { HeldGraph } from './openedGraph.ts';
import type { Operate } from './operate.ts';

export interface ServerOptions {
  readonly store: ObjectStore;
  /** Which to serve; left out: every pipeline that has a routing in the store, also those that come later. */
  readonly pipelines?: readonly string[];
  /** Serving graphs by id; none when left out. A pipeline of the same name goes first. */
  readonly graphs?: ReadonlyMap<string, HeldGraph>;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Where gRPC listens, beside HTTP; 0: a free one. Default: nowhere. */
  readonly grpcPort?: number;
  /** Milliseconds UTC. */
  readonly clock: () => number;
  /** Names this process in its leases: letters, digits, `.`, `_` and `-`. Default: one of its own. */
  readonly id?: string;
  /**
   * A store on this machine for what is served: a later start takes it from there where `store` does not answer. Serving
   * processes share it. Default: nothing is kept.
   */
  readonly keep?: ObjectStore;
  /** A folder of this machine through which the prediction log outlives the process. Serving processes share it. */
  readonly journal?: string;
  /** How people operate releases over HTTP, under `/release`. Default: not at all. */
  readonly operate?: Operate;
  /** Version of the engine, told in `GET /v2`. */
  readonly engineVersion?: string;
  /** Default: `loadBySize`. */
  readonly load?: LoadPackage;
  /** The same for variants that score beside the champion. Default: onnxruntime in a thread of its own. */
  readonly loadVariant?: LoadPackage;
  /** Hears, in a line each, what a person should know. Default: standard error. */
  readonly report?: (line: string) => void;
  /** Fastify's own log of requests; default none. */
  readonly logger?: FastifyBaseLogger;
  /** The file of keys; without one, whoever reaches the port may do all. */
  readonly keys?: string;
  /** Whether a process without keys may listen on another address than this machine's own. Default: no. */
  readonly open?: boolean;
  /** Files of a certificate with its chain, and of its private key, as PEM; HTTP without TLS where left out. */
  readonly tls?: TlsFiles;
  /** Hears of each request that was answered, as a line of JSON without its rows. Default: nobody. */
  readonly accessLog?: (line: string) => void;
  /** Where other processes answer on this one's port: whoever asks one what it counts hears of all. */
  readonly portMetrics?: PortMetrics;
  readonly limits?: Partial<ServingLimits>;
  readonly intervals?: Partial<ServingIntervals>;
}

export interface PortMetrics {
  /** How the others hear what this process counts. */
  tell(own: () => readonly MetricFamily[]): void;
  /** What each of them counts, this one too. */
  all(): Promise<readonly (readonly MetricFamily[])[]>;
}

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface ServingLimits {
  readonly bodyBytes: number;
  readonly rowsPerRequest: number;
  /** Arrays and objects in one another in a body of JSON. */
  readonly jsonDepth: number;
  /** Of all headers of a request together. */
  readonly headerBytes: number;
  /** How long a request may take to come in whole. */
  readonly requestMs: number;
  /** Open at once; what comes beyond them is closed without an answer. */
  readonly connections: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** How long a request may have waited to be taken while more comes than can be answered. */
  readonly queueMs: number;
  /** So many requests are no queue, however long one takes. */
  readonly queueRequests: number;
  /** The same in a burst that passes. */
  readonly burstMs: number;
  /** Rows of the prediction log kept in memory while the store is gone. */
  readonly keepLogRows: number;
}

export interface ServingIntervals {
  readonly routingMs: number;
  readonly discoverMs: number;
  /** How long the store is waited for: at the start before what is kept on this machine is used, and at the end. */
  readonly patienceMs: number;
  /** How long models may take to load before the process listens without them. */
  readonly startMs: number;
  /** How long a version that was refused is left alone. */
  readonly retryMs: number;
  readonly leaseMs: number;
  /** How long requests under way may take once the process is told to end; what is left is cut off. */
  readonly drainMs: number;
  readonly logMs: number;
  /** How long a line of the traffic tells of. */
  readonly trafficMs: number;
}

export const defaultLimits: ServingLimits = {
  bodyBytes: 16 * 1024 * 1024,
  rowsPerRequest: 10_000,
  jsonDepth: 32,
  headerBytes: 16 * 1024,
  requestMs: 10_000,
  connections: 4_096,
  concurrency: 1_024,
  queueMs: 20,
  queueRequests: 64,
  burstMs: 1_000,
  keepLogRows: 50_000,
};
export const defaultIntervals: ServingIntervals = {
  routingMs: 500,
  discoverMs: 2_000,
  patienceMs: 1_000,
  startMs: 10_000,
  retryMs: 5_000,
  leaseMs: 1_000,
  drainMs: 3_000,
  logMs: 1_000,
  trafficMs: 60_000,
};
