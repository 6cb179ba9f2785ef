import type { LedgerEntry, VersionRecord } from '../core/ledger.ts';
import type { Look } from '../core/look.ts';
import type { Measures } from '../core/measures.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import type { ServingLease } from '../core/routing.ts';
import type { Scorecard } from '../core/scorecard.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';

/** What a look at a pipeline sees: the same of a live one and of one whose past is replayed. */
export interface LookContext {
  readonly ports: DataPorts;
  readonly plan: Plan;
  /** The functions of the pipeline's own metrics, which are not judged without them. */
  readonly measures?: Measures | undefined;
  /** What came before it is judged, milliseconds UTC. */
  readonly atMs: number;
  /** What time it is in the source's data, which lags behind or is replayed. */
  readonly sourceNowMs: number;
  /** Newest event time of the source, ms; null where it has none. */
  readonly sourceNewestMs: number | null;
  readonly routing: LedgerEntry['routing'] | null;
  readonly champion: WatchedVersion | null;
  readonly reference: WatchedVersion | null;
  /** Of the live serving processes. */
  readonly leases: readonly ServingLease[];
  /**
   * The rows answered in [fromMs, toMs), as SQL; undefined where there are none. Columns: `predictionId`, `answeredAt` and
   * `eventTime` (ms UTC), `version`, `variant`, `epoch`, `score`, `threshold`, `others` (MAP of variant to
   * STRUCT(version, score)), `raw` (JSON text of the row's raw columns), `producer` (who sent it; null where nobody said),
   * `label` (null while none is back), `firstAt` (ms UTC, when the first label came).
   */
  rows(fromMs: number, toMs: number): Promise<string | undefined>;
  /** The looks at this pipeline at [fromMs, toMs), oldest first: what its quiet past was like. */
  earlier(fromMs: number, toMs: number): Promise<readonly Look[]>;
}

export interface WatchedVersion {
  readonly record: VersionRecord;
  readonly package: ModelPackage;
  readonly scorecard: Scorecard;
}
