import { planOf } from '../activities/planOf.ts';
import { WhetError } from '../core/errors.ts';
import type { Plan } from '../core/plan.ts';
import { listVersions } from '../registry/versions.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** The plan of a pipeline's newest version. Throws `version.unknown`. */
export async function planOfPipeline(store: ObjectStore, pipeline: string): Promise<Plan> {
  const last = (await listVersions(store, pipeline)).at(-1);
  if (last !== undefined) return planOf(store, last.plan);
  throw new WhetError('version.unknown', { expected: 'a pipeline with a version', came: `'${pipeline}'` });
}
