import type { Duration } from '../core/time.ts';
import type { Feature } from './feature.ts';
import { invalid } from './invalid.ts';
import { columnsBy, type RecentBy, type RecentNeeds, recentKeyOf } from './recentKeyOf.ts';
import { wholeHoursMs } from './wholeHoursMs.ts';

export interface RecentRateOptions {
  /** The labels that settled in this time before the row's hour count; whole hours. */
  readonly over: Duration;
  /** Weight, in rows, of the rate over all keys, towards which a key with few rows is drawn. 20 when left out. */
  readonly smoothing?: number;
}

/**
 * The share of positives among a key's labels that settled lately. For a training row only labels settled by its hour
 * count, so that nothing leaks from the future; a model carries the table of its `asOf`, which is why it goes stale. A
 * key is a column, or several: `['origin', 'destination', timeOfDay('date', '10 minutes')]` is nearly each flight's own.
 */
export function recentRate<const Name extends string = never, const Time extends string = never>(
  by: RecentBy<Name, Time>,
  options: RecentRateOptions,
): Feature<RecentNeeds<Name, Time>> {
  return {
    kind: 'recentRate',
    columns: columnsBy(by),
    plan: (name, place) => ({
      kind: 'recentRate',
      name,
      ...recentKeyOf(by, place),
      overMs: wholeHoursMs(options.over, 1, `${place}.over`),
      smoothing: checkedSmoothing(options.smoothing ?? 20, place),
    }),
  };
}

function checkedSmoothing(smoothing: number, place: string): number {
  if (Number.isFinite(smoothing) && smoothing >= 0) return smoothing;
  throw invalid(`${place}.smoothing`, 'a number of rows, 0 or more', smoothing);
}
