import type { DenseNetwork } from './learners/learner.ts';
import type { Block, Stack } from './stack.ts';

/** A layer's weights in all lanes, [lanes, units, inputs]: the last input is 1, and its weights are the biases. */
export interface LayerWeights {
  /** One more than the kernel's where a unit gives the next layer's 1. */
  readonly units: number;
  readonly inputs: number;
  /** As they were filled last. */
  readonly values: Float32Array;
  /** Takes the stack's values as they are now. */
  fill(): Float32Array;
  /** Puts gradients, which lie as the weights do, behind the losses: as the stack's values lie. */
  tell(gradients: Float32Array, computed: Float32Array): void;
}

/** `one` is the weight of the input 1 that makes the last unit's output 1; left out where there is no such unit. */
export function openLayerWeights(
  stack: Stack,
  names: DenseNetwork['layers'][number],
  one: number | undefined,
): LayerWeights {
  const [kernel, bias] = [blockNamed(stack, names.kernel), blockNamed(stack, names.bias)];
  const own = bias.size;
  const features = kernel.size / own;
  const [units, inputs] = [own + (one === undefined ? 0 : 1), features + 1];
  const values = new Float32Array(stack.lanes * units * inputs);
  if (one !== undefined) {
    for (let lane = 1; lane <= stack.lanes; lane += 1) values[lane * units * inputs - 1] = one;
  }
  /** For each unit of each lane: where it begins in `values`, its kernel's row and its bias in the stack. */
  const rows = Array.from({ length: stack.lanes * own }, (_, row) => {
    const [lane, unit] = [Math.floor(row / own), row % own];
    return [(lane * units + unit) * inputs, kernel.offset + row * features, bias.offset + row] as const;
  });
  return {
    units,
    inputs,
    values,
    fill() {
      for (const [at, kernelAt, biasAt] of rows) {
        for (let input = 0; input < features; input += 1) values[at + input] = stack.values[kernelAt + input] ?? 0;
        values[at + features] = stack.values[biasAt] ?? 0;
      }
      return values;
    },
    tell(gradients, computed) {
      const first = stack.lanes;
      for (const [at, kernelAt, biasAt] of rows) {
        for (let input = 0; input < features; input += 1) {
          computed[first + kernelAt + input] = gradients[at + input] ?? Number.NaN;
        }
        computed[first + biasAt] = gradients[at + features] ?? Number.NaN;
      }
    },
  };
}

/** The stack's block of a weight that the network names. */
export function blockNamed(stack: Stack, name: string): Block {
  const found = stack.blocks.find((block) => block.name === name);
  if (found === undefined) throw new Error(`no weight '${name}' among ${stack.blocks.map((block) => block.name)}`);
  return found;
}
