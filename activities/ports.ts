import type { BatchBounds } from '../core/batches.ts';
import type { Measures } from '../core/measures.ts';
import type { Plan } from '../core/plan.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import type { TrialPool } from '../models/trialPool.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** Milliseconds UTC. Decisions never read it: it times and dates what is recorded. */
export type Clock = () => number;

/** What the activities of the pipeline worker need from outside. */
export interface Ports extends DataPorts {
  readonly clock: Clock;
  /** The pipelines that this worker knows, by id. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** The functions of the pipelines' own metrics, by the pipelines' ids. */
  readonly measures?: ReadonlyMap<string, Measures>;
  /** Other sizes of shared batches than the usual ones. */
  readonly bounds?: { readonly files: BatchBounds; readonly partitions: BatchBounds };
}

/** What the activities of a trainer worker need. */
export interface TrainerPorts {
  readonly store: ObjectStore;
  readonly pool: TrialPool;
}
