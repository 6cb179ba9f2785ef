import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Tf } from './backend.ts';

/*
 * Products of stacks: matrix l of the one with matrix l of the other, lane by lane. A lane's numbers do not depend on how
 * many lanes there are, where a backend's own product of two matrices does not (wasm and plain JavaScript do not).
 */

/** a · x with one x for all lanes, [lanes, m, k] and [1, k, n] to [lanes, m, n]: a single product. */
export function sharedProduct(tf: Tf, a: Tensor3D, x: Tensor3D): Tensor3D {
  const [lanes, m, k] = a.shape;
  const product = tf.matMul(tf.reshape(a, [lanes * m, k]) as Tensor2D, tf.squeeze(x, [0]) as Tensor2D);
  return tf.reshape(product, [lanes, m, x.shape[2]]);
}

/** a · x transposed with one x for all lanes, [lanes, m, k] and [1, n, k] to [lanes, m, n]. */
export function sharedProductTransposed(tf: Tf, a: Tensor3D, x: Tensor3D): Tensor3D {
  if (isSlowInStacks(tf)) return sharedProduct(tf, a, tf.transpose(x, [0, 2, 1]));
  const [lanes, m, k] = a.shape;
  const product = tf.matMul(tf.reshape(a, [lanes * m, k]) as Tensor2D, tf.squeeze(x, [0]) as Tensor2D, false, true);
  return tf.reshape(product, [lanes, m, x.shape[1]]);
}

/** a · b, [lanes, m, k] and [lanes, k, n] to [lanes, m, n]. */
export function laneProduct(tf: Tf, a: Tensor3D, b: Tensor3D): Tensor3D {
  if (!isSlowInStacks(tf)) return tf.matMul(a, b);
  if (a.shape[1] === 1) return tf.sum(tf.mul(tf.transpose(a, [0, 2, 1]), b), 1, true);
  return eachLane(tf, a, b, (one, other) => tf.matMul(one, other));
}

/** a · b transposed, [lanes, m, k] and [lanes, n, k] to [lanes, m, n]. */
export function laneProductTransposed(tf: Tf, a: Tensor3D, b: Tensor3D): Tensor3D {
  if (!isSlowInStacks(tf)) return tf.matMul(a, b, false, true);
  if (a.shape[1] === 1) return tf.reshape(tf.sum(tf.mul(a, b), 2), [a.shape[0], 1, b.shape[1]]);
  return eachLane(tf, a, b, (one, other) => tf.matMul(one, tf.transpose(other)));
}

/** The product of wasm for stacks is a plain loop, four times slower than the one for two matrices. */
function isSlowInStacks(tf: Tf): boolean {
  return tf.getBackend() === 'wasm';
}

function eachLane(tf: Tf, a: Tensor3D, b: Tensor3D, product: (one: Tensor2D, other: Tensor2D) => Tensor): Tensor3D {
  const laneOf = (stack: Tensor3D, lane: number): Tensor2D => {
    const [, rows, columns] = stack.shape;
    return tf.reshape(tf.slice(stack, [lane, 0, 0], [1, rows, columns]), [rows, columns]);
  };
  const products = Array.from({ length: a.shape[0] }, (_, lane) => product(laneOf(a, lane), laneOf(b, lane)));
  return tf.stack(products) as Tensor3D;
}
