import { candidateOf } from './candidateOf.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { LearnerPlan } from './learnerPlan.ts';
import { type ParameterAxis, parameterAxes } from './parameterAxes.ts';
import { drawFromSpace, isRange } from './parameterSpace.ts';
import { type Random, seededRandom, shuffledIndices } from './random.ts';
import { candidatesWithin, mostTrials } from './searchBudget.ts';
import { gridSize, searchGrid } from './searchGrid.ts';
import { drawsOf, type SearchPlan } from './searchPlan.ts';
import type { Candidate, Parameters } from './trial.ts';

/**
 * What a search tries: the whole grid in its order, or as many candidates as the strategy draws and the budget allows
 * (Bergstra and Bengio 2012), no two alike. Draws come from the plan's seed: fewer of them are the first of more.
 */
export function searchCandidates(plan: SearchPlan): Candidate[] {
  const random = seededRandom(plan.seed);
  const size = gridSize(plan);
  if (size > mostTrials) return drawnFromSpaces(plan.learners, candidatesWithin(plan, size), random);
  const grid = searchGrid(plan);
  const count = candidatesWithin(plan, grid.length);
  return drawsOf(plan.strategy) === undefined && count === grid.length ? grid : drawnFromGrid(grid, count, random);
}

function drawnFromGrid(grid: readonly Candidate[], draws: number, random: Random): Candidate[] {
  return [...shuffledIndices(grid.length, random).subarray(0, draws)].flatMap((at) => grid[at] ?? []);
}

/** Where lists and short ranges hold few points, the same is drawn again and again: so often, then that is all. */
const drawsForEach = 20;

function drawnFromSpaces(learners: readonly LearnerPlan[], draws: number, random: Random): Candidate[] {
  const byText = new Map<string, Candidate>();
  for (let left = draws * drawsForEach; left > 0 && byText.size < draws; left -= 1) {
    const candidate = drawn(learners[random.below(learners.length)] as LearnerPlan, random);
    const text = canonicalJson(candidate);
    if (!byText.has(text)) byText.set(text, candidate);
  }
  return [...byText.values()];
}

function drawn(learner: LearnerPlan, random: Random): Candidate {
  const values = parameterAxes(learner).map(([name, space]) => [name, drawnValue(space, random)]);
  return candidateOf(learner, Object.fromEntries(values));
}

function drawnValue(space: ParameterAxis[1], random: Random): Parameters[string] {
  const value = drawFromSpace(space, random);
  if (typeof value !== 'object') return value;
  return value.map((unit) => (isRange(unit) ? drawFromSpace(unit, random) : unit));
}
