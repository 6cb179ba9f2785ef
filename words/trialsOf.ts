import { mostTrials } from '../core/searchBudget.ts';
import { invalid } from './invalid.ts';

/** A number of trials. Throws `pipeline.invalid`, naming `place`. */
export function trialsOf(trials: number, place: string): number {
  if (Number.isInteger(trials) && trials >= 1 && trials <= mostTrials) return trials;
  throw invalid(place, `a whole number, 1 to ${mostTrials}`, trials);
}
