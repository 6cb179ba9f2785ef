import { durationMs, hourMs } from '../core/time.ts';
import { invalid } from './invalid.ts';

/** Milliseconds of a duration of whole hours, `least` hours or more: windows and tables are made of partitions. */
export function wholeHoursMs(text: string, least: number, place: string): number {
  const ms = durationMs(text, place);
  if (ms % hourMs === 0 && ms >= least * hourMs) return ms;
  throw invalid(place, `whole hours, ${least} or more, such as '6 hours'`, text);
}
