import type { Duration } from '../core/time.ts';
import type { Feature } from './feature.ts';
import { invalid } from './invalid.ts';
import { wholeHoursMs } from './wholeHoursMs.ts';

export interface RecentRateOptions {
  /** The labels that settled in this time before the row's hour count; whole hours. */
  readonly over: Duration;
  /** Weight, in rows, of the rate over all keys, towards which a key with few rows is drawn. 20 when left out. */
  readonly smoothing?: number;
}

/**
 * The share of positives among a key's labels that settled lately. For a training row only labels settled by its hour
 * count, so that nothing leaks from the future; a model carries the table of its `asOf`, which is why it goes stale.
 */
export function recentRate<const Name extends string>(
  column: Name,
  options: RecentRateOptions,
): Feature<Record<Name, string | boolean | number | null | undefined>> {
  return {
    kind: 'recentRate',
    columns: [column],
    plan: (name, place) => ({
      kind: 'recentRate',
      name,
      column,
      overMs: wholeHoursMs(options.over, 1, `${place}.over`),
      smoothing: checkedSmoothing(options.smoothing ?? 20, place),
    }),
  };
}

function checkedSmoothing(smoothing: number, place: string): number {
  if (Number.isFinite(smoothing) && smoothing >= 0) return smoothing;
  throw invalid(`${place}.smoothing`, 'a number of rows, 0 or more', smoothing);
}
