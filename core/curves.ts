/** A model's scores of the test rows in so few points that they can be drawn without the rows. */
export interface Curves {
  readonly positives: number;
  readonly negatives: number;
  /** From answering nobody positive to answering all so; at most 202. ROC, precision-recall and cost follow from them. */
  readonly cuts: readonly CurveCut[];
  /** Ten bins of as many rows, by score: how far scores are shares. */
  readonly calibration: readonly CalibrationBin[];
  /** Rows by score in bins of equal width from 0 to 1. */
  readonly histogram: readonly { readonly positives: number; readonly negatives: number }[];
}

/** Answering positive at or above a score. */
export interface CurveCut {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

export interface CalibrationBin {
  readonly rows: number;
  /** The mean score, and the share of positive rows with its 95 % interval. */
  readonly score: number;
  readonly rate: number;
  readonly low: number | null;
  readonly high: number | null;
}
