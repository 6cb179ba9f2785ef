import type { BacktestCadence } from './backtestCadence.ts';
import type { BacktestInput } from './backtestInput.ts';
import type { RecommendedInterval } from './economics.ts';
import type { FindingState } from './look.ts';
import type { Plan } from './plan.ts';
import type { StageRecord } from './run.ts';
import type { RuleOutcome } from './scorecard.ts';
import type { Hour } from './time.ts';
import type { Candidate } from './trial.ts';
import type { AlertSeverity } from './watchPlan.ts';

/** Raised when the same back-test would come to other results. */
export const backtestVersion = 1;

/** A replay of a pipeline's past, pinned when it begins, at `backtests/<id>/backtest.json`. */
export interface Backtest {
  readonly id: string;
  readonly input: BacktestInput;
  readonly planId: string;
  readonly plan: Plan;
  readonly tracks: readonly BacktestTrack[];
}

/** One course of history: a cadence under the rules of a gate. All that it changes lies below its scope. */
export interface BacktestTrack {
  readonly name: string;
  readonly scope: string;
  readonly cadence: BacktestCadence;
  /** Rules other than the pipeline's own. */
  readonly gate?: Plan['gate'];
}

/** A model of one hour, made once for all tracks, at `backtests/<id>/models/<asOf>.json`. */
export interface ReplayedModel {
  readonly asOf: Hour;
  readonly planId: string;
  /** Left out where it was rejected before it came so far; of an hour whose tables alone are renewed, all but the snapshot. */
  readonly snapshot?: string;
  readonly matrix?: string;
  /** `objects/<sha256>` of the `ModelPackage`. */
  readonly package?: string;
  readonly digest?: string;
  readonly best?: Candidate & { readonly epochs: number };
  /** Why there is none, where there is none. */
  readonly rejected?: string;
  readonly stages: readonly StageRecord[];
}

/** What came of a track's turn at an hour. */
export interface BacktestTurn {
  readonly hour: Hour;
  readonly kind: BacktestCadence['kind'];
  /** `kept`: the tables are the same, or the model answers already. */
  readonly outcome: 'promoted' | 'rejected' | 'kept';
  readonly version: number | null;
  /** The gate's; left out where it was not asked. */
  readonly verdict?: RuleOutcome;
  readonly why: string;
  /** Of the machine: the stages of its model, and the judging. */
  readonly seconds: number;
}

/** The rows of an hour with the scores of all that could have answered, at `backtests/<id>/hours/<hour>.json`. */
export interface ReplayedHour {
  readonly hour: Hour;
  readonly rows: number;
  /** `objects/<sha256>`: Parquet with `place`, `event`, `settles`, `positive` and a column for each package; null without rows. */
  readonly scores: string | null;
  /** `objects/<sha256>` of the hour's clean rows. */
  readonly part: string | null;
  /** `objects/<sha256>` of each `ModelPackage` that scored them. */
  readonly packages: readonly string[];
}

/** All that a back-test found, at `backtests/<id>/report.json`. */
export interface BacktestReport {
  readonly id: string;
  readonly pipeline: string;
  readonly from: Hour;
  readonly hours: number;
  readonly search: 'once' | 'every';
  readonly plan: string;
  /** Rows that were answered, and those of them whose label came. */
  readonly rows: number;
  readonly labelled: number;
  readonly cadences: Readonly<Record<string, CadenceResult>>;
  /** The same history under other rules; left out where none were given. */
  readonly gate?: { readonly rules: readonly string[]; readonly cadences: Readonly<Record<string, CadenceResult>> };
  /** Judged on the paired gap to the model that was made at the very hour of the rows. */
  readonly decay: readonly DecayBin[];
  /** The same for each whole hour of age. */
  readonly ages: readonly DecayAge[];
  /** Hours. */
  readonly halfLifeHours: number | null;
  readonly recommendedInterval: RecommendedInterval;
}

/**
 * AUC lost by models of some age, with its 95 % interval clustered by the hour of the rows: over all pairs of a positive
 * and a negative row of one hour.
 */
export interface DecayLoss {
  readonly rows: number;
  /** What is lost: above 0 is worse than a fresh model. */
  readonly auc: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Of both on the same rows. */
  readonly agedAuc: number;
  readonly freshAuc: number;
  /** Lost where rows of different hours are compared with each other too. */
  readonly pooledAuc: number;
}

export interface DecayBin extends DecayLoss {
  readonly fromHours: number;
  readonly toHours: number | null;
}

export interface DecayAge extends DecayLoss {
  readonly hours: number;
}

export interface CadenceResult {
  /** Of all rows that were answered and have a label; null where they are of one class. */
  readonly auc: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly retrains: number;
  readonly refreshes: number;
  readonly promotions: number;
  readonly rejections: number;
  /** Of the machine, for all its retrains and refreshes. */
  readonly seconds: number;
  /** Hour by hour. */
  readonly served: readonly ServedHour[];
  readonly turns: readonly BacktestTurn[];
  readonly alerts: readonly ReplayedAlert[];
  /** Findings that were off, by the hour of the look. */
  readonly looks: readonly ReplayedLook[];
}

export interface ServedHour {
  readonly hour: Hour;
  readonly version: number | null;
  /** Hours since the tables of who answered. */
  readonly age: number;
  readonly rows: number;
  readonly auc: number | null;
}

export interface ReplayedAlert {
  readonly rule: string;
  readonly severity: AlertSeverity;
  readonly firedAt: string;
  /** Null: it is firing still. */
  readonly resolvedAt: string | null;
  readonly about: readonly string[];
}

export interface ReplayedLook {
  readonly at: string;
  readonly counts: Readonly<Record<FindingState, number>>;
  /** What was off: monitors with what they found it of. */
  readonly off: readonly { readonly monitor: string; readonly about: string; readonly text: string }[];
}

// ---- where it lies ---------------------------------------------------------------------------------------------

export const backtestKey = (id: string): string => `backtests/${id}/backtest.json`;
export const reportKey = (id: string): string => `backtests/${id}/report.json`;
export const modelKey = (id: string, asOf: Hour): string => `backtests/${id}/models/${asOf}.json`;
export const replayedHourKey = (id: string, hour: Hour): string => `backtests/${id}/hours/${hour}.json`;
/** In a track's scope. */
export const turnKey = (hour: Hour): string => `turns/${hour}.json`;
