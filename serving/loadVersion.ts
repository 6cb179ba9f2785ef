import { setImmediate } from 'node:timers/promises';
import { WhetError } from '../core/errors.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import type { RoutedVersion } from '../core/routing.ts';
import { rowAt, scorerColumns } from '../models/scorers/goldenRows.ts';
import type { Scorer } from '../models/scorers/scorer.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { readJson } from '../storage/objects.ts';
import { rowShape } from './rowShape.ts';
import type { LoadedVersion } from './slots.ts';

/** Opens a package and proves it equal on its golden rows, as `models/scorers/loadPackage.ts` does. */
export type LoadPackage = (
  store: ObjectStore,
  packageId: string,
) => Promise<{ readonly package: ModelPackage; readonly scorer: Scorer }>;

/**
 * A routed version, checked and warm. Throws what `load` throws, and `model.digest-differs` where the package is not
 * the one that the routing means.
 */
export async function loadVersion(
  store: ObjectStore,
  load: LoadPackage,
  routed: RoutedVersion,
): Promise<LoadedVersion> {
  const { package: model, scorer } = await load(store, routed.package);
  try {
    checkDigest(model, routed);
    await warm(model, scorer);
    const plan = await readJson<Plan>(store, `plans/${model.plan}.json`);
    return { routed, package: model, scorer, shape: rowShape(model, plan?.label) };
  } catch (error) {
    await scorer.release();
    throw error;
  }
}

function checkDigest(model: ModelPackage, routed: RoutedVersion): void {
  if (model.model.digest === routed.digest) return;
  throw new WhetError('model.digest-differs', {
    expected: `the digest ${routed.digest} of version ${routed.version}`,
    came: `${model.model.digest} in package ${routed.package}`,
  });
}

/** Scores of single rows, after which the runtime has allocated what it needs and a compiled program is machine code. */
const warmScores = 2_000;
/** A large model is warm before that. */
const warmMs = 1_000;

/** Lets others answer in between. */
async function warm(model: ModelPackage, scorer: Scorer): Promise<void> {
  const rows = model.golden.scores.length;
  const golden = scorerColumns(model.golden.columns);
  const until = performance.now() + warmMs;
  for (let times = 0; rows > 0 && times < warmScores && performance.now() < until; times += 1) {
    await scorer.score(rowAt(golden, times % rows));
    if (times % 50 === 0) await setImmediate();
  }
}
