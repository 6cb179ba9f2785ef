import type { LearnerKind } from '../../core/learnerPlan.ts';
import type { Learner } from './learner.ts';
import { logistic } from './logistic.ts';
import { mlp } from './mlp.ts';

/** Every learner that a plan may name. */
export const learners: Readonly<Record<LearnerKind, Learner>> = { logistic, mlp };
