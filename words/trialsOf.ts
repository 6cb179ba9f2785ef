import { invalid } from './invalid.ts';

/** Far more than a search needs, and few enough to be held and ranked in memory. */
const most = 100_000;

/** A number of trials. Throws `pipeline.invalid`, naming `place`. */
export function trialsOf(trials: number, place: string): number {
  if (Number.isInteger(trials) && trials >= 1 && trials <= most) return trials;
  throw invalid(place, `a whole number, 1 to ${most}`, trials);
}
