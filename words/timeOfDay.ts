import type { KeyPart } from '../core/featurePlan.ts';
import { type Duration, durationMs } from '../core/time.ts';
import { invalid } from './invalid.ts';

/** A part of the key of a recent feature: at what time of the day. */
export interface TimeOfDay<Name extends string> {
  readonly timeOfDay: Name;
  readonly every: Duration;
}

/**
 * The time of day (UTC) of a column, in steps of a length that divides the day: rows of the same step on any day have the
 * same key, as in `recentRate(['origin', timeOfDay('date', '30 minutes')], { over: '7 days' })`.
 */
export function timeOfDay<const Name extends string>(column: Name, every: Duration): TimeOfDay<Name> {
  return { timeOfDay: column, every };
}

const [minuteMs, dayMs] = [60_000, 24 * 60 * 60_000];

/** Throws `duration.invalid` and `pipeline.invalid`, naming `place`. */
export function timeOfDayPart({ timeOfDay: column, every }: TimeOfDay<string>, place: string): KeyPart {
  const timeOfDayMs = durationMs(every, place);
  if (timeOfDayMs >= minuteMs && dayMs % timeOfDayMs === 0) return { column, timeOfDayMs };
  throw invalid(place, 'a length that divides the day, a minute or longer, such as 10 minutes', every);
}
