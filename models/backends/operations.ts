import type { GradSaveFunc, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tf } from './backend.ts';

/*
 * The differentiable operations that learners are made of. Their gradients are written here because the build of
 * tfjs-core that Node loads carries none, and because these are faster than the general ones: with wasm an explicit
 * transpose before a product takes half the time of a product that transposes.
 */

/** activation(x · kernel + bias): [rows, in] to [rows, out]. */
export function dense(tf: Tf, x: Tensor2D, kernel: Tensor2D, bias: Tensor1D, activation: 'linear' | 'relu'): Tensor2D {
  const forward = (...given: (Tensor | GradSaveFunc)[]) => {
    const save = given.at(-1) as GradSaveFunc;
    const value = fused(tf, x, kernel, bias, activation);
    save([x, kernel, value]);
    const gradFunc = (slope: Tensor, saved: Tensor[]): Tensor[] => {
      const [input, weights, output] = saved as [Tensor2D, Tensor2D, Tensor2D];
      const through = activation === 'relu' ? tf.mul(slope, tf.step(output)) : slope;
      const toInput = tf.matMul(through, tf.transpose(weights));
      return [toInput, tf.matMul(tf.transpose(input), through), tf.sum(through, 0)];
    };
    return { value, gradFunc };
  };
  return tf.customGrad(forward)(x, kernel, bias) as Tensor2D;
}

/** The rows of a table that `indices` name: [rows, width]. */
export function embed(tf: Tf, table: Tensor2D, indices: Tensor1D): Tensor2D {
  const values = table.shape[0];
  const forward = (...given: (Tensor | GradSaveFunc)[]) => {
    (given.at(-1) as GradSaveFunc)([indices]);
    const gradFunc = (slope: Tensor, saved: Tensor[]): Tensor =>
      tf.unsortedSegmentSum(slope, saved[0] as Tensor1D, values);
    return { value: tf.gather(table, indices), gradFunc };
  };
  return tf.customGrad(forward)(table) as Tensor2D;
}

/** Parts of the same rows, side by side. */
export function joined(tf: Tf, parts: readonly Tensor2D[]): Tensor2D {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const widths = parts.map((part) => part.shape[1]);
  const forward = () => ({
    value: tf.concat([...parts], 1),
    gradFunc: (slope: Tensor): Tensor[] => tf.split(slope, widths, 1),
  });
  return tf.customGrad(forward)(...parts) as Tensor2D;
}

/** The sum of parts of one shape. */
export function added(tf: Tf, parts: readonly Tensor2D[]): Tensor2D {
  const forward = () => ({
    value: parts.slice(1).reduce<Tensor>((sum, part) => tf.add(sum, part), parts[0] as Tensor),
    gradFunc: (slope: Tensor): Tensor[] => parts.map(() => tf.clone(slope)),
  });
  return parts.length === 1 ? (parts[0] as Tensor2D) : (tf.customGrad(forward)(...parts) as Tensor2D);
}

/** x + bias in every row. */
export function shifted(tf: Tf, x: Tensor2D, bias: Tensor1D): Tensor2D {
  const forward = () => ({
    value: tf.add(x, bias),
    gradFunc: (slope: Tensor): Tensor[] => [tf.clone(slope), tf.sum(slope, 0)],
  });
  return tf.customGrad(forward)(x, bias) as Tensor2D;
}

/** Mean log loss of logits against labels (both [rows, 1]), in the form that never takes the log of 0. */
export function meanLogLoss(tf: Tf, logits: Tensor2D, labels: Tensor2D): Tensor {
  const forward = (...given: (Tensor | GradSaveFunc)[]) => {
    (given.at(-1) as GradSaveFunc)([logits, labels]);
    const tail = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
    const value = tf.mean(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, labels)), tail));
    const gradFunc = (slope: Tensor, saved: Tensor[]): Tensor => {
      const [z, y] = saved as [Tensor, Tensor];
      return tf.mul(slope, tf.div(tf.sub(tf.sigmoid(z), y), z.size));
    };
    return { value, gradFunc };
  };
  return tf.customGrad(forward)(logits);
}

/** One kernel for product, bias and activation; wasm's takes matrices as stacks of one. */
function fused(tf: Tf, x: Tensor2D, kernel: Tensor2D, bias: Tensor1D, activation: string): Tensor2D {
  const [a, b] = [tf.reshape(x, [1, ...x.shape]), tf.reshape(kernel, [1, ...kernel.shape])];
  const attributes = { transposeA: false, transposeB: false, activation };
  const product = tf.engine().runKernel(tf._FusedMatMul, { a, b, bias }, attributes) as Tensor;
  return tf.reshape(product, [x.shape[0], kernel.shape[1]]);
}
