import type { Admission } from './admission.ts';
import type { Deadlines } from './deadlines.ts';
import type { FeedbackLog } from './feedbackLog.ts';
import type { Keys } from './keys.ts';
import type { Metrics } from './metrics.ts';
import type { HeldGraph } from './openedGraph.ts';
import type { PredictionLog } from './predictionLog.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { StoreStanding } from './storeStanding.ts';
import type { TrafficLog } from './trafficLog.ts';

/** What the routes of one serving process share. */
export interface ServingState {
  readonly served: ReadonlyMap<string, ServedPipeline>;
  /** Serving graphs by id. */
  readonly graphs: ReadonlyMap<string, HeldGraph>;
  readonly store: StoreStanding;
  readonly log: PredictionLog;
  readonly feedback: FeedbackLog;
  readonly metrics: Metrics;
  readonly traffic: TrafficLog;
  /** Who may ask, for every protocol. */
  readonly keys: Keys;
  /** Who is answered in time, for every protocol. */
  readonly admission: Admission;
  /** Until when variants are waited for, for every protocol. */
  readonly deadlines: Deadlines;
  readonly clock: () => number;
  /** A new id for a request, unique over all processes. */
  readonly requestId: () => string;
  /** Largest number of rows in one request. */
  readonly maxRows: number;
  readonly engineVersion: string;
  /** Where this process listens. */
  readonly url: () => string;
  /** Where it listens for gRPC, if it does. */
  readonly grpc: () => string | undefined;
  /** Whether each routing that the store held at the start has been followed. */
  readonly started: () => boolean;
}
