import { digestOf } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { decodeWeights, encodeWeights, type Weights, weightNamed } from './learners/weights.ts';
import type { AdamState, TrainState } from './trainState.ts';

/** The checkpoints of one trial: where it goes on from, and where it stands. */
export interface Checkpoints {
  /** The state with the most steps that the budget allows; undefined where there is none. */
  readonly from: TrainState | undefined;
  /** Stores a state, create-only, and removes the one before it: what has been passed is of no use. */
  write(state: TrainState): Promise<void>;
}

/**
 * Opens what lies at `checkpoints/<key>/<steps>.sha256=<digest>.weights`. The same key and steps are the same state,
 * whoever came there. Throws `storage.damaged`.
 */
export async function openCheckpoints(store: ObjectStore, key: string, atMost: number): Promise<Checkpoints> {
  const folder = `checkpoints/${key}/`;
  const names = await store.list(folder);
  let last = names.filter((name) => stepsIn(name) <= atMost).at(-1);
  // Whoever went on from it may have removed it meanwhile.
  const stored = last === undefined ? undefined : await store.read(last);
  const from = stored && last && unflattened(decodeWeights(stored.bytes), stepsIn(last));
  return {
    from: from || undefined,
    async write(state) {
      const bytes = encodeWeights(flattened(state));
      // Padded, so that the order of the names is that of the steps.
      const name = `${folder}${String(state.adam.steps).padStart(12, '0')}.sha256=${digestOf(bytes)}.weights`;
      await store.create(name, bytes);
      if (last !== undefined && last !== name) await store.remove(last);
      last = name;
    },
  };
}

function stepsIn(name: string): number {
  return Number.parseInt(name.slice(name.lastIndexOf('/') + 1), 10);
}

const meanOf = (name: string): string => `adam/mean/${name}`;
const squareOf = (name: string): string => `adam/square/${name}`;
const bestOf = (name: string): string => `best/${name}`;
const checks = 'checks';

function flattened({ weights, adam, checked }: TrainState): Weights {
  const kept = (arrays: AdamState['means'], named: (name: string) => string): Weights =>
    weights.map(({ name, dims }, at) => ({ name: named(name), dims, values: arrays[at] ?? new Float32Array() }));
  const adams = [...kept(adam.means, meanOf), ...kept(adam.squares, squareOf)];
  if (checked === undefined) return [...weights, ...adams];
  const best = checked.weights.map((weight) => ({ ...weight, name: bestOf(weight.name) }));
  return [
    ...weights,
    ...adams,
    ...best,
    { name: checks, dims: [2], values: Float32Array.of(checked.loss, checked.since) },
  ];
}

function unflattened(held: Weights, steps: number): TrainState {
  const counts = held.find(({ name }) => name === checks)?.values;
  const weights = held.slice(0, Math.floor(held.length / (counts === undefined ? 3 : 4)));
  const read = (named: (name: string) => string): Float32Array[] =>
    weights.map(({ name }) => weightNamed(held, named(name)).values);
  const state = { weights, adam: { steps, means: read(meanOf), squares: read(squareOf) } };
  if (counts === undefined) return state;
  const best = weights.map((weight) => ({ ...weight, values: weightNamed(held, bestOf(weight.name)).values }));
  return { ...state, checked: { weights: best, loss: counts[0] ?? Number.NaN, since: counts[1] ?? 0 } };
}
