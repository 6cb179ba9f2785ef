import type { CyclicPeriod } from '../core/featurePlan.ts';
import type { Feature } from './feature.ts';
import { invalid } from './invalid.ts';

const periods: readonly CyclicPeriod[] = ['hour of day', 'day of week'];

/** A date as its place on a circle (sine and cosine), so that 23:59 lies beside 00:00. UTC. */
export function cyclic<const Name extends string>(column: Name, period: CyclicPeriod): Feature<Record<Name, Date>> {
  return {
    kind: 'cyclic',
    column,
    plan: (name, place) => {
      if (!periods.includes(period)) throw invalid(place, "'hour of day' or 'day of week'", period);
      return { kind: 'cyclic', name, column, period };
    },
  };
}
