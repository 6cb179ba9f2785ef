import type { ToldOutcome } from './contractOutcome.ts';
import type { RunTrigger } from './retrainDecision.ts';
import type { Estimates, Verdict } from './scorecard.ts';
import type { MetricName } from './scorecardPlan.ts';
import type { Hour } from './time.ts';
import type { Candidate } from './trial.ts';

/** What a stage did in a run. Its key is the hash of its code version, its section of the plan and its inputs. */
export interface StageRecord {
  readonly name: StageName;
  readonly key: string;
  readonly seconds: number;
  /** Whether the result was there already. */
  readonly reused: boolean;
  /** What went in, by name: ids, digests, or short texts. `whet why` compares these with the run before. */
  readonly inputs: Readonly<Record<string, string>>;
}

export type StageName = 'contract' | 'snapshot' | 'features' | 'search' | 'package' | 'scorecard' | 'gate' | 'register';

/**
 * How a run ended: judged by the gate, rejected before that (bad data), skipped because nothing was new, or failed: a
 * defect, broken surroundings, or someone who cancelled it. A refresh is not judged but ends refreshed.
 */
export type RunStatus = 'judged' | 'refreshed' | 'rejected' | 'skipped' | 'failed';

/** A run's whole story, at `runs/<pipeline>/<asOf>/<n>.json`, written once at its end. Fields after `stages` may be missing where it ended early. */
export interface RunRecord {
  /** `<pipeline>/<asOf>/<n>`. */
  readonly run: string;
  readonly pipeline: string;
  readonly asOf: Hour;
  readonly plan: string;
  readonly status: RunStatus;
  /** One sentence: why it ended as it did. */
  readonly why: string;
  /** Set where it trained nothing but renewed the tables of this version; null: no version answered. */
  readonly refreshes?: number | null;
  /** What asked for it; records of refreshes and of earlier code lack it. */
  readonly trigger?: RunTrigger;
  /** The Temporal run that wrote it, so that a repeated write is seen. */
  readonly workflow: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly stages: readonly StageRecord[];
  readonly rows?: { readonly read: number; readonly quarantined: number };
  /** What the contract says of the window's rows. */
  readonly contract?: ToldOutcome;
  readonly snapshot?: { readonly id: string; readonly partitions: PartitionCounts };
  readonly trials?: TrialCounts;
  readonly best?: Candidate & { readonly epochs: number };
  /** `testScores` as the scorecard names them: what is kept of them hangs on how long ago the run was. */
  readonly scorecard?: { readonly id: string; readonly metrics: Estimates; readonly testScores?: string };
  readonly verdict?: Verdict;
  readonly version?: number;
  readonly model?: { readonly digest: string };
  /** Where it was rejected or failed. The code is one of the catalogue, or the kind of failure. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface PartitionCounts {
  readonly total: number;
  /** Read and validated by this run. */
  readonly validated: number;
  readonly reused: number;
}

export interface TrialCounts {
  readonly total: number;
  readonly run: number;
  readonly reused: number;
  /** `objects/<sha256>` of the `TrialRow`s: rung by rung, best first. */
  readonly table: string;
  /** Where the budget of time ended the search: on another machine it may choose another model. */
  readonly endedBy?: 'time';
}

/** A trial on the leaderboard. */
export type TrialRow = Candidate & {
  readonly key: string;
  /** Counted from 1. */
  readonly rung: number;
  readonly epochs: number;
  readonly seed: number;
  readonly backend: string;
  /** Null where training diverged. */
  readonly validation: Readonly<Partial<Record<MetricName, number>>> | null;
  readonly seconds: number;
  readonly reused: boolean;
  /** `objects/<sha256>` of the model package that it went on from. */
  readonly warmStart?: string;
};

/** What a search answers to the query `leaderboard`: the trials that have ended, in no order. */
export interface Leaderboard {
  /** What the search maximizes. */
  readonly metric: MetricName;
  /** `objects/<sha256>` of earlier `TrialRow`s each. */
  readonly pages: readonly string[];
  /** The latest ones. */
  readonly rows: readonly TrialRow[];
}

/** What a workflow answers to the query `progress`. */
export interface Progress {
  /** One line for each thing done, in order. */
  readonly lines: readonly string[];
  /** What it is at now. */
  readonly now: string;
}
