import type { MetricName } from '../../core/scorecardPlan.ts';

export type Scores = Float64Array | Float32Array;

/**
 * A measure of scores (shares, one per row) against labels (0 or 1, one per row). Without rows, with a score that is
 * no number, or (auc) with one class alone, the value is NaN: callers take that as inconclusive.
 */
export interface Metric {
  readonly name: MetricName;
  value(scores: Scores, labels: Uint8Array): number;
  /** What each row adds to the value: its deviation from their mean, over the count, says how the row moves it. */
  influence?(scores: Scores, labels: Uint8Array): Float64Array;
  /** For the bootstrap of a metric without influence: the value with each row taken so many times. */
  resampled?(scores: Scores, labels: Uint8Array): (timesPerRow: Uint32Array) => number;
}
