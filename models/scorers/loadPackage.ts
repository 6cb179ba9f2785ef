import { WhetError } from '../../core/errors.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObject, getObjectJson } from '../../storage/objects.ts';
import { checkGolden } from './goldenRows.ts';
import { openOrtScorer } from './ortScorer.ts';
import type { Scorer } from './scorer.ts';

export interface LoadedPackage {
  readonly package: ModelPackage;
  readonly scorer: Scorer;
}

/**
 * A model package, ready to score: both objects checked against their digests, the graph loaded, the golden rows scored
 * and compared. Throws `storage.missing`, `storage.damaged`, `package.unloadable`, `package.parity-failed`.
 */
export async function loadPackage(store: ObjectStore, packageId: string): Promise<LoadedPackage> {
  const held = await getObjectJson<ModelPackage>(store, packageId);
  requireFormat(held, packageId);
  const scorer = await openOrtScorer(await getObject(store, held.model.digest));
  try {
    await checkGolden(scorer, held.golden, held.threshold);
  } catch (error) {
    await scorer.release();
    throw error;
  }
  return { package: held, scorer };
}

/** A store may hold packages of a later Whetstone, or an id may name another object. */
function requireFormat(held: { readonly format?: unknown }, packageId: string): void {
  if (held.format === 1) return;
  const came = `format ${JSON.stringify(held.format)} in objects/${packageId}`;
  throw new WhetError('package.unloadable', { expected: 'a model package of format 1', came });
}
