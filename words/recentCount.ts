import { z } from 'zod';
import type { Duration } from '../core/time.ts';
import type { Feature } from './feature.ts';
import { type Scale, scaleOf, scaleShape } from './numericOptions.ts';
import { columnsBy, type RecentBy, type RecentNeeds, recentKeyOf } from './recentKeyOf.ts';
import { requireShape } from './requireShape.ts';
import { wholeHoursMs } from './wholeHoursMs.ts';

export interface RecentCountOptions {
  /** The labels that settled in this time before the row's hour count; whole hours. */
  readonly over: Duration;
  /** `log` when left out, as counts of busy keys are many times those of others. */
  readonly scale?: Scale;
}

/**
 * How many of a key's labels settled lately. For a training row only labels settled by its hour count; a model carries
 * the table of its `asOf`, as for `recentRate`. A key without any has 0; it is
 * a column, or several, as there.
 */
export function recentCount<const Name extends string = never, const Time extends string = never>(
  by: RecentBy<Name, Time>,
  options: RecentCountOptions,
): Feature<RecentNeeds<Name, Time>> {
  return {
    kind: 'recentCount',
    columns: columnsBy(by),
    plan: (name, place) => {
      requireShape(shape, options, place);
      const overMs = wholeHoursMs(options.over, 1, `${place}.over`);
      return { kind: 'recentCount', name, ...recentKeyOf(by, place), overMs, ...scaleOf(options.scale ?? 'log') };
    },
  };
}

const shape = z.strictObject({ over: z.string("a duration such as '6 hours'"), scale: scaleShape.optional() });
