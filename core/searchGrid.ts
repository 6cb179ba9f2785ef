import { canonicalJson } from './canonicalJson.ts';
import type { LearnerPlan } from './learnerPlan.ts';
import type { SearchPlan } from './searchPlan.ts';
import type { Candidate, Parameters } from './trial.ts';

/**
 * Every candidate of a search: for each learner the product of its parameters' values, learners and values in the
 * plan's order, the last parameter changing fastest. A point that is named twice is there once.
 */
export function searchGrid(plan: SearchPlan): Candidate[] {
  const byText = new Map<string, Candidate>();
  for (const candidate of plan.learners.flatMap(candidatesOf)) {
    const text = canonicalJson(candidate);
    if (!byText.has(text)) byText.set(text, candidate);
  }
  return [...byText.values()];
}

function candidatesOf(learner: LearnerPlan): Candidate[] {
  return product(axesOf(learner)).map((parameters) => ({ learner: learner.kind, parameters }));
}

type Axis = readonly [name: string, values: readonly (number | readonly number[])[]];

/** Named one by one, so that the order of the plan's keys, which travels through JSON, changes nothing. */
function axesOf(learner: LearnerPlan): Axis[] {
  const shared: Axis[] = [
    ['learningRate', learner.learningRate],
    ['l2', learner.l2],
  ];
  return learner.kind === 'mlp' ? [['hidden', learner.hidden], ...shared] : shared;
}

function product(axes: readonly Axis[]): Parameters[] {
  return axes.reduce<Parameters[]>(
    (points, [name, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}
