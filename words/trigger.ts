import type { RetrainTrigger } from '../core/retrainPlan.ts';

/** What asks for a run. */
export interface Trigger<T extends RetrainTrigger = RetrainTrigger> {
  readonly kind: T['kind'];
  /** Throws `pipeline.invalid` and `duration.invalid`, naming `place`. */
  plan(place: string): T;
}
