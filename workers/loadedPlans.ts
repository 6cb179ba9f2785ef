import { digestOfValue } from '../storage/digest.ts';
import { loadCatalogue } from './catalogue.ts';

/** The digests of a folder's plans, by pipeline. */
export type LoadedPlans = Readonly<Record<string, string>>;

/** What a pipeline worker that starts now would work by. Throws as `loadCatalogue`. */
export async function loadedPlans(folder: string): Promise<LoadedPlans> {
  const plans = [...(await loadCatalogue(folder)).values()];
  return Object.fromEntries(plans.map((plan) => [plan.pipeline, digestOfValue(plan)]));
}

/** The pipelines that are new, or others than an engine loaded, in words; undefined where it has them all as they are. */
export function changedPlans(engine: LoadedPlans, now: LoadedPlans): string | undefined {
  const changed = Object.entries(now).filter(([pipeline, digest]) => engine[pipeline] !== digest);
  if (changed.length === 0) return undefined;
  return changed.map(([pipeline]) => `'${pipeline}' ${pipeline in engine ? 'changed' : 'is new'}`).join(', ');
}
