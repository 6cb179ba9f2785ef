import { z } from 'zod';
import { checkTraffic } from '../core/checkTraffic.ts';
import { WhetError } from '../core/errors.ts';
import { plannedTraffic, type ServingPlan, usualServing } from '../core/servingPlan.ts';
import { type Duration, durationMs } from '../core/time.ts';

/** How requests are shared while more than one version serves, unless the traffic itself says otherwise. */
export interface ServingDefinition {
  /** From a request's arrival to its answer; `1 second` when left out. A caller may ask for less. */
  readonly deadline?: Duration | `${number} millisecond${'' | 's'}`;
  /** Name of the metadata (the header `x-whet-<name>`) by whose value a caller stays with one variant. */
  readonly stickyBy?: string;
  /** Variants that answer in place of one that is late, the first first; they score in the serving thread. */
  readonly fallback?: readonly string[];
}

/** The same, for the check at run time. */
export const servingShape = z.strictObject(
  {
    deadline: z.string("a duration such as '20 milliseconds'").optional(),
    stickyBy: z.string("a name such as 'customer'").optional(),
    fallback: z.array(z.string('the name of a variant'), "a list such as ['quick']").optional(),
  },
  'an object',
);

/** The serving section of the plan. Throws `duration.invalid` and `pipeline.invalid`, naming `place`. */
export function servingOf({ deadline, stickyBy, fallback }: ServingDefinition, place: string): ServingPlan {
  const serving: ServingPlan = {
    deadlineMs: deadline === undefined ? usualServing.deadlineMs : durationMs(deadline, `${place}.deadline`),
    ...(stickyBy === undefined ? {} : { stickyBy }),
    ...(fallback === undefined ? {} : { fallback }),
  };
  checkServing(serving, place);
  return serving;
}

/** Held to the rules of a traffic, as one that has the variants of its fallback. */
function checkServing(serving: ServingPlan, place: string): void {
  const named = serving.fallback?.filter((name) => name !== 'champion') ?? [];
  const variants = Object.fromEntries(named.map((name) => [name, { version: 0, weight: 0, shadow: 0 }]));
  try {
    checkTraffic(plannedTraffic({ variants }, serving), (version): version is number => version === 0);
  } catch (error) {
    if (!(error instanceof WhetError)) throw error;
    const { expected, came } = error.facts;
    throw new WhetError('pipeline.invalid', { expected, came: `${came} in ${place}` });
  }
}
