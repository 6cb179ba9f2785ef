import { WhetError } from '../core/errors.ts';
import { didYouMean } from '../core/nearestName.ts';
import { isOpened, type Opened } from '../core/openWork.ts';
import type { Plan } from '../core/plan.ts';
import { keepPlan } from './planOf.ts';
import type { Ports } from './ports.ts';
import { type ResolvedHour, type ResolveInput, resolvedHour } from './resolvedHour.ts';

export interface Resolved extends ResolvedHour {
  readonly planId: string;
  readonly plan: Plan;
}

/** Pins what a run will be about: the plan as it is now, and the hour. */
export function createResolveActivities(ports: Ports) {
  return {
    async resolve(asked: ResolveInput): Promise<Resolved | Opened> {
      const plan = knownPlan(ports, asked.input.pipeline);
      const planId = await keepPlan(ports.store, plan);
      const hour = await resolvedHour(ports, plan, planId, asked);
      return isOpened(hour) ? hour : { planId, plan, ...hour };
    },
  };
}

/** Throws `pipeline.unknown`. */
export function knownPlan(ports: Ports, pipeline: string): Plan {
  const plan = ports.plans.get(pipeline);
  if (plan !== undefined) return plan;
  const known = [...ports.plans.keys()].map((id) => `'${id}'`).join(', ') || 'none yet';
  throw new WhetError('pipeline.unknown', {
    expected: `a pipeline of pipelines/ (${known})`,
    came: `'${pipeline}'${didYouMean(pipeline, [...ports.plans.keys()])}`,
  });
}
