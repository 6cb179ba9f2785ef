import type { DecayTrigger } from '../core/retrainPlan.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import { invalid } from './invalid.ts';
import type { Trigger } from './trigger.ts';

export interface DecayOptions {
  /** One of the scorecard's; any that is watched when left out. */
  readonly metric?: { readonly name: MetricName };
  /** Worse than on the champion's own scorecard by more than this; whatever the monitor calls off when left out. */
  readonly by?: number;
}

/** A run when a look finds on settled labels that the champion is worse than it was: `onDecay({ metric: auc, by: 0.02 })`. */
export function onDecay({ metric, by }: DecayOptions = {}): Trigger<DecayTrigger> {
  return {
    kind: 'decay',
    plan: (place) => {
      if (by !== undefined && !(by > 0)) throw invalid(`${place}.by`, 'a number above 0, such as 0.02', by);
      const named = metric === undefined ? {} : { metric: metric.name };
      return { kind: 'decay', ...named, ...(by === undefined ? {} : { by }) };
    },
  };
}
