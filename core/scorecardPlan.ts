/** A measure of scores against labels. */
export type MetricName = 'auc' | 'log loss' | 'brier' | 'calibration error';

export interface ScorecardPlan {
  readonly metrics: readonly MetricName[];
  readonly slices: readonly string[];
}
