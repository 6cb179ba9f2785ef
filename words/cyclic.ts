import type { CyclicPeriod } from '../core/featurePlan.ts';
import type { Feature } from './feature.ts';
import { invalid } from './invalid.ts';

const periods: readonly CyclicPeriod[] = ['minute of hour', 'hour of day', 'day of week', 'time of year'];

export interface CyclicOptions {
  /**
   * Sines and cosines of so many multiples of the period, 1 to 64; 1 when left out. More of them let a model tell times
   * apart that lie close to each other, such as the minutes at which flights are scheduled.
   */
  readonly harmonics?: number;
}

/** A date as its place on a circle (sine and cosine), so that 23:59 lies beside 00:00. UTC. */
export function cyclic<const Name extends string>(
  column: Name,
  period: CyclicPeriod,
  options: CyclicOptions = {},
): Feature<Record<Name, Date>> {
  return {
    kind: 'cyclic',
    columns: [column],
    plan: (name, place) => {
      const { harmonics = 1 } = options;
      if (!periods.includes(period))
        throw invalid(place, `one of ${periods.map((known) => `'${known}'`).join(', ')}`, period);
      if (!(Number.isInteger(harmonics) && harmonics >= 1 && harmonics <= 64))
        throw invalid(`${place}.harmonics`, 'a whole number from 1 to 64', harmonics);
      return { kind: 'cyclic', name, column, period, ...(harmonics === 1 ? {} : { harmonics }) };
    },
  };
}
