/** Measures of scores against labels, whatever is answered at them: each trial holds all of these. */
export const scoreMetrics = ['auc', 'pr auc', 'log loss', 'brier', 'calibration error'] as const;
export type ScoreMetric = (typeof scoreMetrics)[number];

/** Measures of the answers that a threshold makes of the scores: those of the first profile's threshold. */
export const answerMetrics = [
  'precision',
  'recall',
  'false positive rate',
  'false negative rate',
  'expected cost',
] as const;
export type AnswerMetric = (typeof answerMetrics)[number];

/** A measure that the pipeline file itself defines, under its name. */
export type OwnMetric = `own ${string}`;

/** What an own metric computes, from scores and labels (1 is positive), row by row. Larger is better; NaN is no value. */
export type Measure = (scores: Float32Array, labels: Uint8Array) => number;

export type MetricName = ScoreMetric | AnswerMetric | OwnMetric;

/** What a wrong answer costs, in any one unit; a right one costs nothing. */
export interface Costs {
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/** What a model is for, in the words of those who answer for it. */
export interface About {
  readonly purpose: string;
  /** What it must not be used for, and where it is known to be weak. */
  readonly limits?: string;
}

/** What wrong answers cost to those who ask by this profile. */
export interface ProfilePlan extends Costs {
  readonly name: string;
}

/** Slices by the values of a column of numbers: below the first edge, from each edge to the next, from the last on. */
export interface BinsPlan {
  readonly column: string;
  readonly edges: readonly number[];
}

export interface ScorecardPlan {
  readonly metrics: readonly MetricName[];
  readonly slices: readonly string[];
  /** Left out where there are none. */
  readonly bins?: readonly BinsPlan[];
  /** The first is what answers are made by. Left out where there are none: the threshold is then that of the largest F1. */
  readonly profiles?: readonly ProfilePlan[];
  /** For the readers of the model card. Left out where nothing is said. */
  readonly about?: About;
  /** The metrics that the pipeline file defines, with the hash of each function's text. Left out where there are none. */
  readonly own?: readonly { readonly name: OwnMetric; readonly hash: string }[];
}
