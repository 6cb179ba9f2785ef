import { join } from 'node:path';
import type { Plan } from '../core/plan.ts';
import { loadCatalogue } from '../workers/catalogue.ts';

/** The plan of the demo's flights. */
export async function flightPlan(): Promise<Plan> {
  const plan = (await loadCatalogue(join(import.meta.dirname, '..'))).get('flight-delays');
  if (plan === undefined) throw new Error('pipelines/flight-delays.ts is not there');
  return plan;
}
