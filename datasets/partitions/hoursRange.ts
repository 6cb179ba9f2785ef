import { hourMs, hourStart } from '../../core/time.ts';
import type { IndexedHour } from '../sources/indexSource.ts';

/** From the first hour that has rows to the end of the last, milliseconds UTC; empty when none has. */
export function hoursRange(hours: readonly IndexedHour[]): { fromMs: number; toMs: number } {
  const starts = hours.filter(({ rows }) => rows > 0).map(({ hour }) => hourStart(hour));
  const first = starts.reduce((least, start) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const last = starts.reduce((most, start) => Math.max(most, start), Number.NEGATIVE_INFINITY);
  return starts.length === 0 ? { fromMs: 0, toMs: 0 } : { fromMs: first, toMs: last + hourMs };
}
