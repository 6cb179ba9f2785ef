import { durationMs } from '../core/time.ts';
import { invalid } from './invalid.ts';

/** Milliseconds of a duration longer than nothing. Throws `duration.invalid`, `pipeline.invalid`, naming `place`. */
export function spanMs(text: string, place: string): number {
  const ms = durationMs(text, place);
  if (ms > 0) return ms;
  throw invalid(place, "a duration longer than nothing, such as '6 hours'", text);
}
