import type { LearnerPlan } from './learnerPlan.ts';
import type { Plan } from './plan.ts';
import type { Candidate } from './trial.ts';

/** The plan with nothing left to search for: one candidate, trained for so many epochs. */
export function refitPlan(plan: Plan, candidate: Candidate, epochs: number): Plan {
  const { maximize, seed, training } = plan.search;
  const learners = [onlyLearner(plan, candidate)];
  const search = { learners, maximize, strategy: { kind: 'exhaustive', epochs } as const, seed };
  return { ...plan, search: { ...search, ...(training === undefined ? {} : { training }) } };
}

/** The candidate's learner, each parameter with its one value. */
function onlyLearner({ search }: Plan, { learner, module, parameters }: Candidate): LearnerPlan {
  const only = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));
  if (learner !== 'module') return { kind: learner, ...only } as LearnerPlan;
  const own = search.learners.find((one) => one.kind === 'module' && one.module === module?.path);
  if (own?.kind !== 'module') throw new TypeError(`Expected a plan with the learner ${module?.path}.`);
  return { ...own, parameters: only } as LearnerPlan;
}
