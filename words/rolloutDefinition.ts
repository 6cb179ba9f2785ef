import { z } from 'zod';
import type { RolloutPlan } from '../core/rolloutPlan.ts';
import { type Duration, durationMs } from '../core/time.ts';

/** How a version that passed the gate comes to answer. */
export interface RolloutDefinition {
  /** Golden rows must match in each serving process before a version answers. True when left out. */
  readonly parity?: boolean;
  /** How long the new version scores beside the champion before it answers. `0 minutes` when left out. */
  readonly shadow?: Duration;
}

/** The same, for the check at run time. */
export const rolloutShape = z.strictObject(
  {
    parity: z.boolean('true or false').optional(),
    shadow: z.string("a duration such as '6 hours'").optional(),
  },
  'an object',
);

/** The rollout's section of the plan. Throws `duration.invalid`, naming `place`. */
export function rolloutOf({ parity = true, shadow = '0 minutes' }: RolloutDefinition, place: string): RolloutPlan {
  return { parity, shadowMs: durationMs(shadow, `${place}.shadow`) };
}
