import type { Activation } from '../core/learnerPlan.ts';
import type { Handle, Operations } from './backends/operations.ts';
import type { Batches } from './batches.ts';
import type { DenseNetwork } from './learners/learner.ts';
import { type NetworkInput, openNetworkInput } from './networkInput.ts';
import { type LayerWeights, openLayerWeights } from './networkWeights.ts';
import type { Stack } from './stack.ts';

/*
 * One step of a network of dense layers by TensorFlow's own operations, its gradients written out (backpropagation:
 * Rumelhart, Hinton and Williams 1986). A bias is one more column of its kernel, and each hidden layer has one more unit,
 * whose output is always 1 for the next layer's bias to go by: so neither biases nor their gradients are operations.
 */

interface Step {
  readonly operations: Operations;
  readonly network: DenseNetwork;
  readonly stack: Stack;
  readonly batches: Batches;
  readonly input: NetworkInput;
  readonly layers: readonly LayerWeights[];
  /** Each lane's loss, then the gradients as the stack's values lie. */
  readonly computed: Float32Array;
  readonly slope: Float32Array;
}

/** What `lossesAndGradients` gives, for a network: the same array each time, filled anew. */
export function openNetworkStep(
  operations: Operations,
  network: DenseNetwork,
  stack: Stack,
  batches: Batches,
): (step: number) => Float32Array {
  const input = openNetworkInput(network, stack, batches);
  const one = onesBefore[network.activation];
  const layers = network.layers.map((layer, at) =>
    openLayerWeights(stack, layer, at === network.layers.length - 1 ? undefined : one),
  );
  const computed = new Float32Array(stack.lanes + stack.values.length);
  const slope = new Float32Array(stack.lanes * batches.rows);
  const state: Step = { operations, network, stack, batches, input, layers, computed, slope };
  return (step) => {
    try {
      backward(state, forward(state, step));
      return computed;
    } finally {
      operations.release();
    }
  };
}

/** What each activation makes 1 of, and its slope there does not matter: nothing that is trained lies before it. */
const onesBefore: Readonly<Record<Activation, number>> = { relu: 1, elu: 1, tanh: 20 };

/** A layer as it was passed through. */
interface Passed {
  readonly weights: Handle;
  readonly input: Handle;
  /** Before dropout; left out at the last layer, which has neither. */
  readonly output?: Handle;
  readonly mask?: Handle;
}

/** Through all layers to the logits, with the losses and their slopes. */
function forward(state: Step, step: number): Passed[] {
  const { operations, network, input, layers, stack } = state;
  const passed: Passed[] = [];
  let x = input.fill(operations, step);
  for (const [at, layer] of layers.entries()) {
    const weights = operations.tensor([stack.lanes, layer.units, layer.inputs], layer.fill());
    const sum = at > 0 ? operations.product(weights, x) : input.product(operations, weights, layer, x);
    if (at === layers.length - 1) {
      tellLosses(state, operations.read(sum));
      return [...passed, { weights, input: x }];
    }
    const output = operations.run(operationNames[network.activation], sum);
    const mask = network.dropout === 0 ? undefined : restMask(state, step, at, layer.units);
    passed.push({ weights, input: x, output, ...(mask !== undefined && { mask }) });
    x = mask === undefined ? output : operations.run('Mul', output, mask);
  }
  return passed;
}

const operationNames = { relu: 'Relu', elu: 'Elu', tanh: 'Tanh' } as const satisfies Record<Activation, string>;

/** The unit that is always 1 never rests. */
function restMask({ operations, batches, network }: Step, step: number, layer: number, units: number): Handle {
  const drawn = batches.rests(step, layer, units - 1, network.dropout);
  const values = new Float32Array((drawn.length / (units - 1)) * units).fill(1);
  const size = (units - 1) * batches.rows;
  const lanes = drawn.length / size;
  for (let lane = 0; lane < lanes; lane += 1) {
    values.set(drawn.subarray(lane * size, (lane + 1) * size), lane * units * batches.rows);
  }
  return operations.tensor([lanes, units, batches.rows], values);
}

/**
 * Each lane's mean log loss of its logits, in the form that never takes the log of 0: log(1 + e^z) - z y; and the slope of
 * each logit, (1 / (1 + e^-z) - y) / rows.
 */
function tellLosses({ computed, slope, stack, batches: { rows }, input }: Step, logits: Float32Array): void {
  const { labels, rowWeights } = input;
  for (let lane = 0; lane < stack.lanes; lane += 1) {
    const from = labels.length === rows ? 0 : lane * rows;
    let sum = 0;
    for (let row = 0; row < rows; row += 1) {
      const z = logits[lane * rows + row] ?? 0;
      const y = labels[from + row] ?? 0;
      const counts = rowWeights?.[from + row] ?? 1;
      const small = Math.exp(-Math.abs(z));
      sum += counts * (Math.max(z, 0) + Math.log(1 + small) - z * y);
      slope[lane * rows + row] = (counts * ((z < 0 ? small : 1) / (1 + small) - y)) / rows;
    }
    computed[lane] = sum / rows;
  }
}

/** Back from the logits' slopes to the gradients of all weights. */
function backward(state: Step, passed: readonly Passed[]): void {
  const { operations, network, layers, input, stack, batches, computed } = state;
  let slope = operations.tensor([stack.lanes, 1, batches.rows], state.slope);
  for (let at = layers.length - 1; ; at -= 1) {
    const [layer, { weights, input: x }] = [layers[at] as LayerWeights, passed[at] as Passed];
    const byWeights = at > 0 ? operations.product(slope, x, 'b') : input.slope(operations, slope, layer, x);
    layer.tell(operations.read(byWeights), computed);
    if (at === 0) break;
    const before = operations.product(weights, slope, 'a');
    const { output = before, mask } = passed[at - 1] as Passed;
    const awake = mask === undefined ? before : operations.run('Mul', before, mask);
    slope = slopeBefore(operations, network.activation, awake, output);
  }
  const [first] = layers as [LayerWeights];
  input.tell(operations, slope, first, first.values, computed);
}

/** The slope before an activation, by its output. */
function slopeBefore(operations: Operations, activation: Activation, slope: Handle, output: Handle): Handle {
  if (activation === 'tanh') return operations.run('TanhGrad', output, slope);
  return operations.run(activation === 'relu' ? 'ReluGrad' : 'EluGrad', slope, output);
}
