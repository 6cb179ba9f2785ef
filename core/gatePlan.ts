import type { MetricName } from './scorecardPlan.ts';

/** A rule that a candidate's scorecard must meet. */
export type GateRule = LimitRule | RivalRule | CostRule;

/** The whole 95 % interval of a metric must meet the limit. */
export interface LimitRule extends OnRows {
  readonly kind: 'atLeast' | 'atMost';
  readonly value: number;
}

/**
 * In the metric's own direction: not worse than the other by more than `by`, or better by more than `by`. The base rate
 * is the score that always says the train window's share of positives.
 */
export interface RivalRule extends OnRows {
  readonly kind: 'noWorseThanChampion' | 'noWorseThanReference' | 'betterThanChampion' | 'betterThanBaseRate';
  readonly by: number;
}

/** What a scoring, or the package, may cost: measured once, so there is no interval. Milliseconds, or bytes. */
export interface CostRule {
  readonly kind: 'atMost';
  readonly cost: CostName;
  readonly value: number;
}

export type CostName = 'scoring p50' | 'scoring p99' | 'package size';

/** On all test rows, or on those of one value of a column. */
interface OnRows {
  readonly metric: MetricName;
  readonly slice?: RuleSlice;
}

export interface RuleSlice {
  readonly column: string;
  readonly value: string;
}

/** Whether it is one of the rules whose looks are counted, so that many looks do not let luck through. */
export function isCorrected(rule: GateRule): rule is RivalRule {
  return rule.kind === 'noWorseThanReference' || rule.kind === 'betterThanChampion';
}
