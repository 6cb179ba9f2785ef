import { WhetError } from '../../core/errors.ts';
import type { LearnerKind } from '../../core/learnerPlan.ts';
import type { Candidate } from '../../core/trial.ts';
import type { Learner } from './learner.ts';
import { logistic } from './logistic.ts';
import { mlp } from './mlp.ts';

/** Every learner that comes with the engine. */
export const learners: Readonly<Record<LearnerKind, Learner>> = { logistic, mlp };

/** The engine's learner of a candidate. Throws `input.invalid` where it is the project's own: `openLearner` loads those. */
export function knownLearner({ learner, module }: Pick<Candidate, 'learner' | 'module'>): Learner {
  if (learner !== 'module') return learners[learner];
  throw new WhetError('input.invalid', {
    expected: `one of the engine's learners, ${Object.keys(learners).join(', ')}`,
    came: `'${module?.name}' of ${module?.path}`,
  });
}
