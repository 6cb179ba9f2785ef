import type { MetricName } from './scorecardPlan.ts';

/** How a pipeline is watched once it answers, as the pipeline file says it. */
export interface WatchPlan {
  /** From one look to the next. */
  readonly everyMs: number;
  /** Of the looks at a pipeline in which nothing changes: the share in which any of the tests of a look says so wrongly. */
  readonly falseAlarms: number;
  /** Set where the contract's source tells the labels of the rows that were answered; else they come as feedback alone. */
  readonly labels?: 'source';
  readonly monitors: readonly MonitorPlan[];
  readonly alerts: readonly AlertPlan[];
  /** Who is told besides the console and the log of alerts. */
  readonly receivers: readonly ReceiverPlan[];
}

/** A person may look at what nobody watches: who answers is told, and nothing is found; what had fired before is over. */
export const unwatched: WatchPlan = { everyMs: 0, falseAlarms: 0, monitors: [], alerts: [], receivers: [] };

/** What all monitors have. */
export interface MonitorBase {
  /** Unique in the plan; alerts and findings name it. */
  readonly id: string;
  /** A look judges what came in this length of time before it. */
  readonly overMs: number;
  /** With fewer rows the answer is: too little to say. */
  readonly leastRows: number;
}

export type MonitorPlan =
  | PerformanceMonitor
  | InputDriftMonitor
  | ScoreDriftMonitor
  | ConceptDriftMonitor
  | AnomalyMonitor
  | ClockSkewMonitor
  | StalenessMonitor
  | CadenceMonitor
  | MissingLabelsMonitor;

export type MonitorKind = MonitorPlan['kind'];

/** A metric of the scorecard on rows whose labels have settled: per version and variant, and on each slice. */
export interface PerformanceMonitor extends MonitorBase {
  readonly kind: 'performance';
  readonly metric: MetricName;
  /** Off where the whole interval is on the wrong side of it, by the metric's own direction. Left out: no such limit. */
  readonly limit?: number;
  /** Off where it is shown to be worse than on the version's own scorecard by more than this. Left out: no such limit. */
  readonly worseBy?: number;
  /** Whether each slice of the scorecard is judged as well. */
  readonly slices: boolean;
}

/** The rows' features against the training sketches. */
export interface InputDriftMonitor extends MonitorBase {
  readonly kind: 'input drift';
  /** All when left out. */
  readonly features?: readonly string[];
}

/** Scores against those of the package's own sketch, and champion against reference on the same rows. */
export interface ScoreDriftMonitor extends MonitorBase {
  readonly kind: 'score drift';
}

/** Whether a score means what it meant: labels against scores. */
export interface ConceptDriftMonitor extends MonitorBase {
  readonly kind: 'concept drift';
}

/** Spikes and dips against the same hours of earlier days. */
export interface AnomalyMonitor extends MonitorBase {
  readonly kind: 'anomaly';
  readonly of: 'rate' | 'latency' | 'errors' | 'scores';
  /** At least so far from the earlier windows: a share of their median (rate, latency), or a difference (errors, scores). */
  readonly by: number;
}

/** The event's own time against its arrival and against this machine's clock, by whoever sent it. */
export interface ClockSkewMonitor extends MonitorBase {
  readonly kind: 'clock skew';
  readonly atMostMs: number;
}

/** The age of the champion's tables. */
export interface StalenessMonitor extends MonitorBase {
  readonly kind: 'staleness';
  readonly atMostMs: number;
}

/** How long ago the source's newest hour came. */
export interface CadenceMonitor extends MonitorBase {
  readonly kind: 'cadence';
  readonly atMostMs: number;
}

export interface MissingLabelsMonitor extends MonitorBase {
  readonly kind: 'missing labels';
  /** Share, 0 to 1, of the rows whose labels should have settled. */
  readonly atMost: number;
}

/** When somebody is told. */
export interface AlertPlan {
  readonly name: string;
  /** Monitors, by id or by kind. */
  readonly on: readonly string[];
  readonly severity: AlertSeverity;
  /** Looks in a row in which a monitor must be off before it fires, and fine before it is resolved. */
  readonly after: number;
  readonly until: number;
}

export const alertSeverities = ['page', 'ticket', 'note'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

export interface ReceiverPlan {
  readonly kind: 'webhook';
  readonly name: string;
  /** An address, or `env:NAME`: the variable of the pipeline worker's surroundings that holds it. */
  readonly url: string;
  /** `env:NAME`: what holds the secret, `whsec_…`, with which messages are signed. */
  readonly secret: string;
  /** Left out: all. */
  readonly severities?: readonly AlertSeverity[];
}
