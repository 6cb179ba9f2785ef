import type { Curves } from './curves.ts';
import type { RuleNumbers } from './ruleNumbers.ts';
import type { MetricName, ProfilePlan } from './scorecardPlan.ts';
import type { Hour } from './time.ts';

/** A value with its 95 % interval; null bounds where there are too few hours to give one. */
export interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Degrees of freedom of the interval's Student's t. */
  readonly freedom?: number;
}

export type Estimates = Readonly<Partial<Record<MetricName, Estimate>>>;

/** What a candidate did on the test rows, alone and against others on the same rows. */
export interface Scorecard {
  readonly asOf: Hour;
  readonly rows: number;
  readonly positives: number;
  readonly hours: number;
  /** Window rows without a settled label by `asOf`, left out. */
  readonly unsettled: number;
  readonly metrics: Estimates;
  readonly slices: readonly Slice[];
  readonly champion: Comparison | null;
  readonly reference: Comparison | null;
  /** Cards of earlier code lack it. */
  readonly baseRate?: BaseRate;
  /** At or above it the candidate's answer is positive. Cards of earlier code lack it, and what follows. */
  readonly threshold?: number;
  /** What the answers of each profile's threshold are like; left out where the plan has no profiles. */
  readonly profiles?: readonly ProfileResult[];
  readonly curves?: Curves;
  readonly importance?: Importance;
  readonly measured?: Measured;
  /** `objects/<sha256>` of the scores of the test rows, by the candidate and by its rivals. Kept for a while. */
  readonly testScores?: string;
}

export interface Slice {
  readonly column: string;
  readonly value: string;
  readonly rows: number;
  readonly metrics: Estimates;
}

/** A profile's threshold, as it was chosen on the validation rows, and its answers on the test rows. */
export interface ProfileResult extends ProfilePlan {
  readonly threshold: number;
  readonly metrics: Estimates;
}

/** What the model loses on test rows when one feature's values are shuffled among them. */
export interface Importance {
  /** A sample of the test rows. */
  readonly rows: number;
  readonly repeats: number;
  /** The one that costs the most comes first. */
  readonly features: readonly FeatureImportance[];
}

/** By how much each metric gets worse: the mean over the repeats, and their standard deviation. About 0: not used. */
export interface FeatureImportance {
  readonly feature: string;
  readonly auc: { readonly mean: number; readonly deviation: number } | null;
  readonly logLoss: { readonly mean: number; readonly deviation: number };
}

/** Measured once, on the machine that made the card. */
export interface Measured {
  /** Milliseconds for one row, by `scorer`. */
  readonly scoringMs: { readonly p50: number; readonly p99: number };
  readonly scorer: string;
  /** How many times one row was scored. */
  readonly timed: number;
  /** `model.onnx` alone, and with `network.onnx` and the package's document. */
  readonly modelBytes: number;
  readonly packageBytes: number;
}

/** Challenger minus other, paired by row, intervals by hour; on those slices too that the gate has such a rule for. */
export interface Differences {
  readonly difference: Estimates;
  readonly slices?: readonly SliceDifference[];
}

export interface SliceDifference {
  readonly column: string;
  readonly value: string;
  readonly rows: number;
  readonly difference: Estimates;
}

/** Against the score that always says the train window's share of positives. */
export interface BaseRate extends Differences {
  readonly share: number;
}

export interface Comparison extends Differences {
  readonly version: number;
  /** Hours by which the other's tables are older: what not promoting would mean. At most 24. */
  readonly tablesOlderByHours: number;
  /** The other's own: its answers are made by it. */
  readonly threshold?: number;
  readonly metrics: Estimates;
  /** Both with tables of the same hour: the weights alone. */
  readonly sameTables: { readonly metrics: Estimates; readonly difference: Estimates };
}

export type RuleOutcome = 'passed' | 'failed' | 'inconclusive';

/** The gate's decision. Only `passed` lets a candidate go on. */
export interface Verdict {
  readonly outcome: RuleOutcome;
  readonly passed: boolean;
  readonly reasons: readonly Reason[];
}

export interface Reason {
  readonly rule: string;
  readonly outcome: RuleOutcome;
  /** One sentence with the numbers. */
  readonly text: string;
  /** Left out where there was nothing to compare, and by earlier code. */
  readonly numbers?: RuleNumbers;
}

/** What a rule comes to, without its name. */
export type Finding = Omit<Reason, 'rule'>;
