import { WhetError } from '../../core/errors.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import { getObject, getObjectJson, type ObjectReader } from '../../storage/objects.ts';
import { batchingScorer } from './batchingScorer.ts';
import { compiledOrReference } from './compiledOrReference.ts';
import { checkGolden, oneByOne } from './goldenRows.ts';
import { openOrtScorer } from './ortScorer.ts';
import type { Scorer } from './scorer.ts';

export interface LoadedPackage {
  readonly package: ModelPackage;
  readonly scorer: Scorer;
  /** Why the model is scored by onnxruntime alone, where it is. */
  readonly notCompiled?: string;
}

/**
 * A model package, ready to score: both objects checked against their digests, the graph loaded, the golden rows scored
 * and compared; the compiled program in front where it scores them alike, else small calls at once scored together. Throws `storage.missing`, `storage.damaged`,
 * `package.unloadable`, `package.parity-failed`.
 */
export async function loadPackage(store: ObjectReader, packageId: string): Promise<LoadedPackage> {
  const held = await getObjectJson<ModelPackage>(store, packageId);
  requireFormat(held, packageId);
  const model = await getObject(store, held.model.digest);
  const reference = await openOrtScorer(model);
  try {
    await proveReference(reference, held);
    const { scorer, notCompiled } = await compiledOrReference(model, reference, held);
    if (notCompiled === undefined) return { package: held, scorer };
    return { package: held, scorer: batchingScorer(scorer), notCompiled };
  } catch (error) {
    await reference.release();
    throw error;
  }
}

/**
 * Each golden row alone, then all together. In this order: onnxruntime lays out its memory by the first run, and after one of many rows
 * a single one takes a sixth longer, for good. Throws `package.parity-failed`.
 */
export async function proveReference(
  reference: Scorer,
  { golden, threshold }: Pick<ModelPackage, 'golden' | 'threshold'>,
): Promise<void> {
  await checkGolden(oneByOne(reference), golden, threshold);
  await checkGolden(reference, golden, threshold);
}

/** A store may hold packages of a later Whetstone, or an id may name another object. */
function requireFormat(held: { readonly format?: unknown }, packageId: string): void {
  if (held.format === 1) return;
  const came = `format ${JSON.stringify(held.format)} in objects/${packageId}`;
  throw new WhetError('package.unloadable', { expected: 'a model package of format 1', came });
}
