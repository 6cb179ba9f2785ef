import type { GateRule } from '../core/gatePlan.ts';
import type { MetricName } from '../core/scorecardPlan.ts';

/** A rule of the gate on one metric; `Name` ties it to the scorecard. */
export type Rule<Name extends MetricName> = GateRule & { readonly metric: Name };

/** A number on the scorecard, and the rules that the gate can make of it. */
export interface Metric<Name extends MetricName> {
  readonly name: Name;
  atLeast(value: number): Rule<Name>;
  atMost(value: number): Rule<Name>;
  /** Not worse than the champion by more than `by`, in the metric's own direction. Passes while there is none. */
  noWorseThanChampion(margin: { readonly by: number }): Rule<Name>;
  /** The same against the reference, which a person alone moves: the anchor against many small steps down. */
  noWorseThanReference(margin: { readonly by: number }): Rule<Name>;
}

export function metric<const Name extends MetricName>(name: Name): Metric<Name> {
  return {
    name,
    atLeast: (value) => ({ kind: 'atLeast', metric: name, value }),
    atMost: (value) => ({ kind: 'atMost', metric: name, value }),
    noWorseThanChampion: ({ by }) => ({ kind: 'noWorseThanChampion', metric: name, by }),
    noWorseThanReference: ({ by }) => ({ kind: 'noWorseThanReference', metric: name, by }),
  };
}
