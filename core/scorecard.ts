import type { MetricName } from './scorecardPlan.ts';
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
  /** `objects/<sha256>` of the scores of the test rows, by the candidate and by its rivals. Kept for a while. */
  readonly testScores?: string;
}

export interface Slice {
  readonly column: string;
  readonly value: string;
  readonly rows: number;
  readonly metrics: Readonly<Partial<Record<MetricName, number>>>;
}

/** Differences are challenger minus other, paired by row, intervals by hour. */
export interface Comparison {
  readonly version: number;
  /** Hours by which the other's tables are older: what not promoting would mean. At most 24. */
  readonly tablesOlderByHours: number;
  readonly metrics: Estimates;
  readonly difference: Estimates;
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
}
