import type { LearnerPlan } from '../core/learnerPlan.ts';

/** A kind of model with the values its parameters may take. */
export interface Learner {
  readonly kind: LearnerPlan['kind'];
  plan(place: string): LearnerPlan;
}
