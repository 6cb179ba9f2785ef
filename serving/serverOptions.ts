import type { FastifyBaseLogger } from 'fastify';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { LoadPackage } from './loadVersion.ts';
import type { Operate } from './operate.ts';

export interface ServerOptions {
  readonly store: ObjectStore;
  /** Which to serve; left out: every pipeline that has a routing in the store, also those that come later. */
  readonly pipelines?: readonly string[];
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
  /** Default: onnxruntime. */
  readonly load?: LoadPackage;
  /** The same for variants that score beside the champion. Default: onnxruntime in a thread of its own. */
  readonly loadVariant?: LoadPackage;
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
}

export const defaultLimits: ServingLimits = {
  bodyBytes: 16 * 1024 * 1024,
  rowsPerRequest: 10_000,
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
};
