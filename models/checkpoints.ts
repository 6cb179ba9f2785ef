import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, getObject, putObject, readJson } from '../storage/objects.ts';
import type { AdamState } from './adam.ts';
import { decodeWeights, encodeWeights, type Weights, weightNamed } from './learners/weights.ts';
import type { TrainState } from './trainer.ts';

/**
 * Stores where training stands, at `checkpoints/<key>/<steps>.json`, which names an object. Create-only: the same key
 * and steps are the same state, whoever came there.
 */
export async function writeCheckpoint(store: ObjectStore, key: string, state: TrainState): Promise<void> {
  const object = await putObject(store, encodeWeights(flattened(state)));
  await createJson(store, pointerKey(key, state.adam.steps), { object });
}

/** The checkpoint with the most steps that the budget allows, or undefined. */
export async function bestCheckpoint(store: ObjectStore, key: string, atMost: number): Promise<TrainState | undefined> {
  const pointers = await store.list(`checkpoints/${key}/`);
  const best = pointers.filter((pointer) => stepsIn(pointer) <= atMost).at(-1);
  if (best === undefined) return undefined;
  const held = await readJson<{ readonly object: string }>(store, best);
  return held && unflattened(decodeWeights(await getObject(store, held.object)), stepsIn(best));
}

/** Padded, so that the order of the keys is that of the steps. */
function pointerKey(key: string, steps: number): string {
  return `checkpoints/${key}/${String(steps).padStart(12, '0')}.json`;
}

function stepsIn(pointer: string): number {
  return Number(pointer.slice(pointer.lastIndexOf('/') + 1, -'.json'.length));
}

const meanOf = (name: string): string => `adam/mean/${name}`;
const squareOf = (name: string): string => `adam/square/${name}`;

function flattened({ weights, adam }: TrainState): Weights {
  const kept = (arrays: AdamState['means'], named: (name: string) => string): Weights =>
    weights.map(({ name, dims }, at) => ({ name: named(name), dims, values: arrays[at] ?? new Float32Array() }));
  return [...weights, ...kept(adam.means, meanOf), ...kept(adam.squares, squareOf)];
}

function unflattened(held: Weights, steps: number): TrainState {
  const weights = held.slice(0, held.length / 3);
  const read = (named: (name: string) => string): Float32Array[] =>
    weights.map(({ name }) => weightNamed(held, named(name)).values);
  return { weights, adam: { steps, means: read(meanOf), squares: read(squareOf) } };
}
