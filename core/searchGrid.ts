import { canonicalJson } from './canonicalJson.ts';
import type { LearnerPlan } from './learnerPlan.ts';
import { parameterAxes } from './parameterAxes.ts';
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

function candidatesOf(learner: LearnerPlan): Candidate[] {
  const points = parameterAxes(learner).reduce<Parameters[]>(
    (points, [name, values]) =>
      points.flatMap((point) => (values as Parameters[string][]).map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
  return points.map((parameters) => ({ learner: learner.kind, parameters }));
}
