import { WhetError } from '../core/errors.ts';
import { learnerName } from '../core/learnerName.ts';
import type { Encoders, FeatureMatrix } from '../core/matrix.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import { seededRandom } from '../core/random.ts';
import type { Candidate, TrialResult, WarmStart } from '../core/trial.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObject, getObjectJson, readJson } from '../storage/objects.ts';
import type { Learner } from './learners/learner.ts';
import { moduleDigest } from './learners/learnerModule.ts';
import { openLearner } from './learners/openLearner.ts';
import { decodeWeights, type Weight, type Weights } from './learners/weights.ts';
import { shapeOf } from './trainingData.ts';

/** The candidate that goes on from a package on a matrix, or in a sentence why none can. `folder` is the project's. */
export async function warmStartOf(
  store: ObjectStore,
  packageId: string,
  matrixId: string,
  folder: string,
): Promise<WarmStart | { readonly hindrance: string }> {
  const found = await adopted(store, packageId, await getObjectJson<FeatureMatrix>(store, matrixId), folder);
  return 'hindrance' in found ? found : { candidate: found.candidate, package: packageId };
}

/**
 * The weights with which a trial on a matrix goes on from a package: rows of a category's value are that value's, and
 * those of values that are new begin as they always do. Throws `trial.no-warm-start`.
 */
export async function warmWeights(
  store: ObjectStore,
  packageId: string,
  matrixId: string,
  folder: string,
): Promise<Weights> {
  const found = await adopted(store, packageId, await getObjectJson<FeatureMatrix>(store, matrixId), folder);
  if (!('hindrance' in found)) return found.weights;
  throw new WhetError('trial.no-warm-start', {
    expected: `a model to go on from in ${packageId}`,
    came: found.hindrance,
  });
}

type Adopted = { readonly candidate: Candidate; readonly weights: Weights } | { readonly hindrance: string };

async function adopted(store: ObjectStore, packageId: string, matrix: FeatureMatrix, folder: string): Promise<Adopted> {
  const model = await getObjectJson<ModelPackage>(store, packageId);
  const { candidate, lineage, asOf } = model;
  // Its training rows could be the new test rows.
  if (asOf > matrix.asOf) return { hindrance: `the champion is as of ${asOf}, and knows rows after ${matrix.asOf}` };
  if (candidate.learner === 'own' || lineage.trial === undefined) {
    return { hindrance: "the champion is a network of one's own" };
  }
  const trial = await readJson<TrialResult>(store, `trials/${lineage.trial}/result.json`);
  if (trial === undefined) return { hindrance: `trial ${lineage.trial}, which made the champion, is no longer kept` };
  const learner = (await isHere(candidate, folder)) ? await openLearner(candidate, folder) : undefined;
  if (learner === undefined || lineage.code?.[learnerName(candidate)] !== learner.version) {
    return { hindrance: `the champion was made by other code of ${learnerName(candidate)}` };
  }
  const held = decodeWeights(await getObject(store, trial.weights));
  const initial = learner.initialWeights(shapeOf(matrix.encoders), candidate.parameters, seededRandom(0));
  const weights = taken(learner, { held, encoders: model.encoders }, initial, matrix.encoders);
  return weights === undefined ? { hindrance: 'the champion has other inputs' } : { candidate, weights };
}

/** Whether the file of a learner of the project's own is still the one that the champion was made by. */
async function isHere({ module }: Candidate, folder: string): Promise<boolean> {
  return module === undefined || (await moduleDigest(folder, module.path)) === module.digest;
}

interface Held {
  readonly held: Weights;
  readonly encoders: Encoders;
}

/** Undefined where the two have other inputs, or a layer is of another width. */
function taken(learner: Learner, from: Held, initial: Weights, encoders: Encoders): Weights | undefined {
  const [before, now] = [from.encoders.columns, encoders.columns];
  if (String([before.numeric, before.categories]) !== String([now.numeric, now.categories])) return undefined;
  const all = initial.map((weight): Weight | undefined => {
    const old = from.held.find(({ name }) => name === weight.name);
    const at = encoders.columns.categories.indexOf(learner.categoryOf(weight.name) ?? '');
    if (old === undefined || String(old.dims.slice(1)) !== String(weight.dims.slice(1))) return undefined;
    if (at === -1) return old.dims[0] === weight.dims[0] ? old : undefined;
    return withRows(weight, old, placesIn(from.encoders.vocabularies[at] ?? [], encoders.vocabularies[at] ?? []));
  });
  return all.every((weight) => weight !== undefined) ? all : undefined;
}

/** For each row of a category the row it had before; the first is of all values that are not in the list. */
function placesIn(before: readonly string[], now: readonly string[]): (number | undefined)[] {
  const places = new Map(before.map((value, at) => [value, at + 1]));
  return [0, ...now.map((value) => places.get(value))];
}

function withRows(weight: Weight, old: Weight, places: readonly (number | undefined)[]): Weight {
  const values = weight.values.slice();
  const width = values.length / (weight.dims[0] ?? 1);
  for (const [row, place] of places.entries()) {
    if (place !== undefined) values.set(old.values.subarray(place * width, (place + 1) * width), row * width);
  }
  return { ...weight, values };
}
