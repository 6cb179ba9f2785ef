import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from './backends/backend.ts';
import type { NamedTensors } from './learners/learner.ts';
import type { TrainState } from './trainState.ts';

/** The states of lanes that have taken as many steps, block by block: a block is one weight in every lane, in turn. */
export interface Stack {
  readonly lanes: number;
  readonly blocks: readonly Block[];
  readonly values: Float32Array;
  readonly means: Float32Array;
  readonly squares: Float32Array;
  steps: number;
}

export interface Block {
  readonly name: string;
  readonly dims: readonly number[];
  /** Of its first lane, in the stack's arrays. */
  readonly offset: number;
  /** Of one lane. */
  readonly size: number;
}

/** Copies states into a stack. All have the same weights, by name and dims, and the same steps. */
export function stacked(states: readonly TrainState[]): Stack {
  const [first] = states;
  const lanes = states.length;
  let total = 0;
  const blocks = (first?.weights ?? []).map(({ name, dims, values }): Block => {
    const block = { name, dims, offset: total, size: values.length };
    total += lanes * values.length;
    return block;
  });
  const filled = (arrayOf: (state: TrainState, block: number) => Float32Array | undefined): Float32Array => {
    const into = new Float32Array(total);
    for (const [at, { offset, size }] of blocks.entries()) {
      for (const [lane, state] of states.entries()) into.set(arrayOf(state, at) ?? [], offset + lane * size);
    }
    return into;
  };
  return {
    lanes,
    blocks,
    values: filled(({ weights }, at) => weights[at]?.values),
    means: filled(({ adam }, at) => adam.means[at]),
    squares: filled(({ adam }, at) => adam.squares[at]),
    steps: first?.adam.steps ?? 0,
  };
}

/** A copy of one lane's state. */
export function laneState(stack: Stack, lane: number): TrainState {
  const taken = (from: Float32Array): Float32Array[] =>
    stack.blocks.map(({ offset, size }) => from.slice(offset + lane * size, offset + (lane + 1) * size));
  const values = taken(stack.values);
  const weights = stack.blocks.map(({ name, dims }, at) => ({ name, dims, values: values[at] ?? new Float32Array() }));
  return { weights, adam: { steps: stack.steps, means: taken(stack.means), squares: taken(stack.squares) } };
}

/** The weights on the backend, [lanes, ...dims] each, to be disposed by the caller's `tidy`. */
export function stackTensors(tf: Tf, { lanes, blocks, values }: Stack): NamedTensors {
  const tensorOf = ({ dims, offset, size }: Block): Tensor =>
    tf.tensor(values.subarray(offset, offset + lanes * size), [lanes, ...dims]);
  return Object.fromEntries(blocks.map((block) => [block.name, tensorOf(block)]));
}
