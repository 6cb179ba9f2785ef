import type { MetricName } from './scorecardPlan.ts';

/** A rule that a candidate's scorecard must meet. */
export type GateRule =
  | { readonly kind: 'atLeast' | 'atMost'; readonly metric: MetricName; readonly value: number }
  /** Not worse than the champion (or the reference) by more than `by`, in the metric's own direction. */
  | { readonly kind: 'noWorseThanChampion' | 'noWorseThanReference'; readonly metric: MetricName; readonly by: number };
