import type { Plan } from '../core/plan.ts';
import { invalid } from './invalid.ts';
import { requireOnScorecard } from './requireOnScorecard.ts';

/** Something to try, a metric of the scorecard to choose by, a seed that the generator takes. */
export function checkSearch(plan: Plan, place: string): void {
  const { learners, maximize, seed } = plan.search;
  if (learners.length === 0) throw invalid(`${place}.learners`, 'one learner or more', learners);
  requireOnScorecard(plan, maximize, `${place}.maximize`);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return;
  throw invalid(`${place}.seed`, 'a whole number, 0 to 2^32 - 1', seed);
}
