import type { LimitRule, RivalRule } from '../core/gatePlan.ts';
import type { MetricName } from '../core/scorecardPlan.ts';

/** A rule of the gate on one metric; `Name` ties it to the scorecard, `Column` to the contract. */
export interface Rule<Name extends MetricName, Column extends string = string> {
  readonly kind: (LimitRule | RivalRule)['kind'];
  readonly metric: Name;
  readonly slice?: { readonly column: Column; readonly value: string } | undefined;
}

/** A number on the scorecard, and the rules that the gate can make of it. */
export interface Metric<Name extends MetricName> extends Rules<Name, never> {
  readonly name: Name;
  /** The same rules on the test rows with one value of a column of scorecard.slices: `auc.on('origin', 'JFK')`. */
  on<const Column extends string>(column: Column, value: string | number | boolean): Rules<Name, Column>;
}

/** Rules on a metric, in its own direction where it is compared. */
export interface Rules<Name extends MetricName, Column extends string> {
  /** The whole 95 % interval is so. */
  atLeast(value: number): Rule<Name, Column>;
  atMost(value: number): Rule<Name, Column>;
  /** Not worse than the champion by more than `by`, at one-sided 95 %. Passes while there is none. Needs the anchor. */
  noWorseThanChampion(margin: { readonly by: number }): Rule<Name, Column>;
  /**
   * The same against the reference, which a person alone moves: the anchor against many small steps down. Corrected for
   * looks: of all promotions at most 5 % are expected to be worse by more than `by`.
   */
  noWorseThanReference(margin: { readonly by: number }): Rule<Name, Column>;
  /** Better than the champion, corrected for looks: at most 5 % of all promotions are expected not to be. */
  betterThanChampion(margin?: { readonly by: number }): Rule<Name, Column>;
  /** Better, at one-sided 95 %, than always saying the train window's share of positives. */
  betterThanBaseRate(margin?: { readonly by: number }): Rule<Name, Column>;
}

export function metric<const Name extends MetricName>(name: Name): Metric<Name> {
  return {
    name,
    ...rulesOn<Name, never>(name),
    on: (column, value) => rulesOn(name, { column, value: String(value) }),
  };
}

function rulesOn<Name extends MetricName, Column extends string>(
  metric: Name,
  slice?: { readonly column: Column; readonly value: string },
): Rules<Name, Column> {
  const on = { metric, ...(slice === undefined ? {} : { slice }) };
  const limit = (kind: LimitRule['kind'], value: number) => ({ kind, ...on, value });
  const rival = (kind: RivalRule['kind'], by = 0) => ({ kind, ...on, by });
  return {
    atLeast: (value) => limit('atLeast', value),
    atMost: (value) => limit('atMost', value),
    noWorseThanChampion: ({ by }) => rival('noWorseThanChampion', by),
    noWorseThanReference: ({ by }) => rival('noWorseThanReference', by),
    betterThanChampion: (margin) => rival('betterThanChampion', margin?.by),
    betterThanBaseRate: (margin) => rival('betterThanBaseRate', margin?.by),
  };
}
