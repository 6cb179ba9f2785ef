import { type RungStrategy, rungs } from './halving.ts';
import { drawsOf, type SearchPlan } from './searchPlan.ts';

/** Candidates of a search at most: the values of its trials, which a new history begins with, must fit into a message. */
export const mostTrials = 20_000;

/** How many candidates are trained again under further seeds, where a plan asks for repeats. */
export const finalists = 3;

/** Trials that are kept back for the repeats of the finalists. */
export function repeatedTrials({ repeats = 1 }: Pick<SearchPlan, 'repeats'>): number {
  return (repeats - 1) * finalists;
}

/**
 * How many of the candidates there are a search begins with: as many as the strategy draws, and no more than let all its
 * rungs and repeats stay within the budget's trials. Undefined where all are tried.
 */
export function candidatesWithin(plan: SearchPlan, most: number): number {
  const { strategy, budget } = plan;
  const wanted = Math.min(most, drawsOf(strategy) ?? most);
  if (budget?.trials === undefined) return wanted;
  const limit = budget.trials - repeatedTrials(plan);
  if (strategy.kind === 'asha') return Math.min(wanted, limit);
  let fitting = Math.min(wanted, limit);
  while (fitting > 1 && trialsOf(strategy, fitting) > limit) fitting -= 1;
  return fitting;
}

/** Trials of all rungs. */
function trialsOf(strategy: RungStrategy, candidates: number): number {
  return rungs(strategy, candidates).reduce((sum, rung) => sum + rung.candidates, 0);
}
