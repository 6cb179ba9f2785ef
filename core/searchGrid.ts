import { candidateOf } from './candidateOf.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { LearnerPlan } from './learnerPlan.ts';
import { parameterAxes, rangedParameter } from './parameterAxes.ts';
import { isRange } from './parameterSpace.ts';
import type { SearchPlan } from './searchPlan.ts';
import type { Candidate, Parameters } from './trial.ts';

/**
 * Every candidate of a search without ranges: for each learner the product of its parameters' values, learners and
 * values in the plan's order, the last parameter changing fastest. A point that is named twice is there once.
 */
export function searchGrid({ learners }: Pick<SearchPlan, 'learners'>): Candidate[] {
  const byText = new Map<string, Candidate>();
  for (const candidate of learners.flatMap(candidatesOf)) {
    const text = canonicalJson(candidate);
    if (!byText.has(text)) byText.set(text, candidate);
  }
  return [...byText.values()];
}

/** How many points a grid has, one that is named twice counted twice; infinitely many where there is a range. */
export function gridSize({ learners }: Pick<SearchPlan, 'learners'>): number {
  const sizes = learners.map((learner) => {
    if (rangedParameter(learner) !== undefined) return Number.POSITIVE_INFINITY;
    return parameterAxes(learner).reduce((size, [, space]) => size * (isRange(space) ? 0 : space.length), 1);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function candidatesOf(learner: LearnerPlan): Candidate[] {
  const points = parameterAxes(learner).reduce<Parameters[]>(
    (points, [name, values]) =>
      points.flatMap((point) => (values as Parameters[string][]).map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
  return points.map((parameters) => candidateOf(learner, parameters));
}
