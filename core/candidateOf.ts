import type { LearnerPlan } from './learnerPlan.ts';
import type { Candidate, Parameters } from './trial.ts';

/** A learner of the plan with one value for each of its parameters. */
export function candidateOf(learner: LearnerPlan, parameters: Parameters): Candidate {
  if (learner.kind !== 'module') return { learner: learner.kind, parameters };
  const { name, module: path, digest } = learner;
  return { learner: 'module', module: { name, path, ...(digest && { digest }) }, parameters };
}
