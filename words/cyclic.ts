import type { CyclicPeriod } from '../core/featurePlan.ts';
import type { Feature } from './feature.ts';
import { invalid } from './invalid.ts';

const periods: readonly CyclicPeriod[] = ['minute of hour', 'hour of day', 'day of week', 'time of year'];

/** A date as its place on a circle (sine and cosine), so that 23:59 lies beside 00:00. UTC. */
export function cyclic<const Name extends string>(column: Name, period: CyclicPeriod): Feature<Record<Name, Date>> {
  return {
    kind: 'cyclic',
    columns: [column],
    plan: (name, place) => {
      if (!periods.includes(period))
        throw invalid(place, `one of ${periods.map((known) => `'${known}'`).join(', ')}`, period);
      return { kind: 'cyclic', name, column, period };
    },
  };
}
