import type { LearnerPlan } from '../core/learnerPlan.ts';
import { rangedParameter } from '../core/parameterAxes.ts';
import type { Plan } from '../core/plan.ts';
import { scoreMetrics } from '../core/scorecardPlan.ts';
import { mostTrials, repeatedTrials } from '../core/searchBudget.ts';
import { gridSize, searchGrid } from '../core/searchGrid.ts';
import { drawsOf, type SearchPlan } from '../core/searchPlan.ts';
import { invalid } from './invalid.ts';
import { requireOnScorecard } from './requireOnScorecard.ts';

/** Something to try, a metric of the scorecard to choose by, of scores alone, a seed that the generator takes. */
export function checkSearch(plan: Plan, place: string): void {
  const { learners, maximize, seed } = plan.search;
  if (learners.length === 0) throw invalid(`${place}.learners`, 'one learner or more', learners);
  for (const [index, learner] of learners.entries()) requireDrawn(learner, plan.search, `${place}.learners[${index}]`);
  checkSize(plan.search, `${place}.learners`);
  requireOnScorecard(plan, maximize, `${place}.maximize`);
  if (!scoreMetrics.some((metric) => metric === maximize)) {
    throw invalid(`${place}.maximize`, `one of ${scoreMetrics.join(', ')}, which each trial measures`, maximize);
  }
  checkRepeats(plan.search, place);
  checkBudget(plan.search, place);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return;
  throw invalid(`${place}.seed`, 'a whole number, 0 to 2^32 - 1', seed);
}

function checkSize(search: SearchPlan, place: string): void {
  const size = gridSize(search);
  if (size <= mostTrials || drawsOf(search.strategy) !== undefined) return;
  throw invalid(place, `a grid of ${mostTrials} points or fewer`, size, `Draw some: ${drawing[search.strategy.kind]}.`);
}

function checkRepeats({ repeats = 1 }: SearchPlan, place: string): void {
  if (Number.isInteger(repeats) && repeats >= 1 && repeats <= mostRepeats) return;
  throw invalid(`${place}.repeats`, `a whole number, 1 to ${mostRepeats}`, repeats);
}

/** Far more than it takes to tell luck from gain. */
const mostRepeats = 100;

/** A budget leaves room for one candidate and the repeats; and what tries all of a grid can have no less than it. */
function checkBudget(search: SearchPlan, place: string): void {
  const trials = search.budget?.trials;
  if (trials === undefined) return;
  const kept = repeatedTrials(search);
  if (trials <= kept) {
    throw invalid(`${place}.budget.trials`, `more than ${kept}, which ${search.repeats} repeats may take`, trials);
  }
  const grid = search.strategy.kind === 'exhaustive' ? searchGrid(search).length : 0;
  if (grid + kept <= trials) return;
  throw invalid(`${place}.budget.trials`, `${grid + kept} or more`, trials, `exhaustive tries all: draw with random.`);
}

/** A range has no end of values: a strategy that tries all of them would never end. */
function requireDrawn(learner: LearnerPlan, { strategy }: SearchPlan, place: string): void {
  const ranged = rangedParameter(learner);
  if (ranged === undefined || drawsOf(strategy) !== undefined) return;
  const todo = `Say how many to draw, such as ${drawing[strategy.kind]}, or list the values.`;
  throw invalid(`${place}.${ranged}`, `a list of values, since ${strategy.kind} tries every one`, 'a range', todo);
}

const drawing: Readonly<Record<SearchPlan['strategy']['kind'], string>> = {
  exhaustive: "random({ trials: 50, epochs: '2 epochs' })",
  random: "random({ trials: 50, epochs: '2 epochs' })",
  halving: 'halving({ …, trials: 50 })',
  asha: 'asha({ …, trials: 50 })',
};
