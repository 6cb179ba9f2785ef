import type { DriftMeasure, MeasureName, Stretches } from '../core/batchRulePlan.ts';
import type { Duration } from '../core/time.ts';
import type { Drift, Measured, Needed, NewValues, Varies } from './batchRule.ts';
import { anyNumber, type Bounded, type BoundKind, bounded, shareOfAll, wholeNumber } from './bounded.ts';
import { invalid } from './invalid.ts';
import { wholeHoursMs } from './wholeHoursMs.ts';

/** The newest stretch of the window, and the one right before it. Whole hours. */
export interface StretchWords {
  readonly newest: Duration;
  readonly against: Duration;
}

/** What can be ruled of a column's good rows in a run's window. */
export interface ColumnMeasures<Name extends string> {
  /** The share of rows with null there; of columns in which null may come. */
  readonly nullRate: Bounded<Measured<Name, 'open'>>;
  /** How many values there are, null not among them: exact up to 1,024, from there within 3.1 % (standard error). */
  readonly distinct: Bounded<Measured<Name, 'counted'>>;
  readonly mean: Bounded<Measured<Name, 'number'>>;
  /** The smallest and the largest value. */
  readonly min: Bounded<Measured<Name, 'number'>>;
  readonly max: Bounded<Measured<Name, 'number'>>;
  /** The value below which this share of rows lies, within 0.8 % of it; exact for whole numbers below 128. */
  quantile(share: number): Bounded<Measured<Name, 'number'>>;
  /** There is more than one value. */
  varies(): Varies<Name>;
  /** Values of the newest rows that the rows before have not. */
  newValues(stretches: StretchWords): { atMost(count: number): NewValues<Name> };
  /** How far the newest rows are from the rows before; 0 for the same. */
  drift<const By extends DriftMeasure>(
    options: StretchWords & { readonly by: By },
  ): { atMost(value: number): Drift<Name, By extends 'kolmogorovSmirnov' ? 'number' : 'compared'> };
}

/** Throws `pipeline.invalid`, `duration.invalid`. */
export function columnMeasures<const Name extends string>(name: Name): ColumnMeasures<Name> {
  const place = `column('${name}')`;
  const measure = <Needs extends Needed>(measured: MeasureName, kind: BoundKind): Bounded<Measured<Name, Needs>> =>
    bounded(`${place}.${measured}`, kind, (bounds) => ({
      kind: 'measure',
      column: name,
      measure: measured,
      ...bounds,
    }));
  return {
    nullRate: measure('nullRate', shareOfAll),
    distinct: measure('distinct', wholeNumber),
    mean: measure('mean', anyNumber),
    min: measure('min', anyNumber),
    max: measure('max', anyNumber),
    quantile: (share) => {
      if (!shareOfAll.is(share)) throw invalid(`${place}.quantile(…)`, shareOfAll.text, share);
      return bounded(`${place}.quantile(…)`, anyNumber, (bounds) => {
        return { kind: 'measure', column: name, measure: 'quantile', quantile: share, ...bounds };
      });
    },
    varies: () => ({ kind: 'varies', column: name }),
    newValues: (words) => {
      const stretches = stretchesOf(words, `${place}.newValues(…)`);
      return bounded(`${place}.newValues(…)`, wholeNumber, ({ atMost = 0 }) => {
        return { kind: 'newValues', column: name, ...stretches, atMost };
      });
    },
    drift: ({ by, ...words }) => {
      const stretches = stretchesOf(words, `${place}.drift(…)`);
      return bounded(`${place}.drift(…)`, notNegative, ({ atMost = 0 }) => {
        return { kind: 'drift', column: name, by, ...stretches, atMost };
      });
    },
  };
}

const notNegative: BoundKind = { text: 'a number, 0 or more', is: (value) => value >= 0 && Number.isFinite(value) };

function stretchesOf({ newest, against }: StretchWords, place: string): Stretches {
  return {
    newestMs: wholeHoursMs(newest, 1, `${place}, newest`),
    againstMs: wholeHoursMs(against, 1, `${place}, against`),
  };
}
