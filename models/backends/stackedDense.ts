import type { GradSaveFunc, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { activated, type LayerEnd, slopeBefore } from './activations.ts';
import type { Tf } from './backend.ts';
import { laneProduct, laneProductTransposed, sharedProduct, sharedProductTransposed } from './stackedProduct.ts';

/** What goes into a layer: [lanes, features, rows]; data may be [1, features, rows], the same for all lanes. */
export interface LayerInput {
  readonly x: Tensor3D;
  /** Numbers of the rows themselves: nothing that is trained lies behind them, so they need no gradient. */
  readonly isData: boolean;
}

/**
 * A dense layer in every lane: activation(kernel · inputs + bias), to [lanes, units, rows]. The inputs lie one below the
 * other; kernel is [lanes, units, features of all], bias [lanes, units]. Rows come last, so that the product with shared
 * data is one for all lanes and whatever follows goes through memory in one piece.
 */
export function stackedDense(
  tf: Tf,
  inputs: readonly LayerInput[],
  kernel: Tensor3D,
  bias: Tensor2D,
  activation: LayerEnd,
): Tensor3D {
  const computed = inputs.filter(({ isData }) => !isData).map(({ x }) => x);
  const forward = (...given: (Tensor | GradSaveFunc)[]) => {
    const parts = partsOf(tf, inputs, kernel, bias);
    const sum = parts.map(({ weights, x, multiply }) => multiply(weights, x)).reduce((all, part) => tf.add(all, part));
    const before = hasOnes(inputs) ? sum : tf.add(sum, tf.expandDims(bias, 2));
    const value = activated(tf, before, activation) as Tensor3D;
    (given.at(-1) as GradSaveFunc)([value, ...parts.flatMap(({ weights, x }) => [weights, x])]);
    const gradFunc = (slope: Tensor, saved: Tensor[]): Tensor[] => {
      const [output, ...held] = saved as Tensor3D[];
      return slopes(tf, inputs, slopeBefore(tf, slope, output as Tensor3D, activation) as Tensor3D, held);
    };
    return { value, gradFunc };
  };
  return tf.customGrad(forward)(kernel, bias, ...computed) as Tensor3D;
}

interface Part {
  readonly weights: Tensor3D;
  readonly x: Tensor3D;
  readonly multiply: (weights: Tensor3D, x: Tensor3D) => Tensor3D;
}

/** The bias is one more column of the first part's weights where that part is data, and a row of ones its input. */
function partsOf(tf: Tf, inputs: readonly LayerInput[], kernel: Tensor3D, bias: Tensor2D): Part[] {
  const [lanes, units] = kernel.shape;
  let from = 0;
  return inputs.map(({ x, isData }, at) => {
    const features = x.shape[1];
    const own = inputs.length === 1 ? kernel : tf.slice(kernel, [0, 0, from], [lanes, units, features]);
    from += features;
    const multiply = (weights: Tensor3D, given: Tensor3D) =>
      isShared(inputs[at]) ? sharedProduct(tf, weights, given) : laneProduct(tf, weights, given);
    if (at > 0 || !isData) return { weights: own, x, multiply };
    const ones = tf.ones([x.shape[0], 1, x.shape[2]]);
    return { weights: tf.concat([own, tf.expandDims(bias, 2)], 2), x: tf.concat([x, ones as Tensor3D], 1), multiply };
  });
}

function hasOnes(inputs: readonly LayerInput[]): boolean {
  return inputs[0]?.isData === true;
}

function isShared(input: LayerInput | undefined): boolean {
  return input?.isData === true && input.x.shape[0] === 1;
}

/** The gradients by kernel, bias and each input that is not data. `held` is weights and input of each part in turn. */
function slopes(tf: Tf, inputs: readonly LayerInput[], through: Tensor3D, held: readonly Tensor3D[]): Tensor[] {
  const [lanes, units, rows] = through.shape;
  const byWeights = inputs.map((input, at) => {
    const x = held[2 * at + 1] as Tensor3D;
    if (!isShared(input)) return laneProductTransposed(tf, through, x);
    return sharedProductTransposed(tf, tf.reshape(through, [lanes, units, rows]) as Tensor3D, x);
  });
  const byInputs = inputs.flatMap(({ isData }, at) =>
    isData ? [] : [slopeOfInput(tf, held[2 * at] as Tensor3D, through)],
  );
  const [first] = byWeights as [Tensor3D];
  if (!hasOnes(inputs)) return [tf.concat(byWeights, 2), tf.sum(through, 2), ...byInputs];
  const features = first.shape[2] - 1;
  const [own, byBias] = tf.split(first, [features, 1], 2) as [Tensor3D, Tensor3D];
  return [tf.concat([own, ...byWeights.slice(1)], 2), tf.reshape(byBias, [lanes, units]), ...byInputs];
}

/** weights transposed · through; with one unit each row of it is a multiple of the other's. */
function slopeOfInput(tf: Tf, weights: Tensor3D, through: Tensor3D): Tensor3D {
  const transposed = tf.transpose(weights, [0, 2, 1]);
  return through.shape[1] === 1 ? tf.mul(transposed, through) : laneProduct(tf, transposed, through);
}
