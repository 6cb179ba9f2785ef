import type { GradSaveFunc, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Tf } from './backend.ts';

/** The rows of each lane's table that `indices` name: table [lanes, values, width], indices int32 [lanes or 1, rows], to [lanes, width, rows]. */
export function stackedEmbedding(tf: Tf, table: Tensor3D, indices: Tensor2D): Tensor3D {
  const [lanes, values, width] = table.shape;
  const rows = indices.shape[1];
  const forward = (...given: (Tensor | GradSaveFunc)[]) => {
    const places = placesOf(tf, indices, lanes, values);
    (given.at(-1) as GradSaveFunc)([places]);
    const found = tf.gather(tf.reshape(table, [lanes * values, width]), places);
    const value = tf.transpose(tf.reshape(found, [lanes, rows, width]), [0, 2, 1]);
    const gradFunc = (slope: Tensor, saved: Tensor[]): Tensor => {
      const byRow = tf.reshape(tf.transpose(slope, [0, 2, 1]), [lanes * rows, width]);
      const sums = tf.unsortedSegmentSum(byRow, saved[0] as Tensor1D, lanes * values);
      return tf.reshape(sums, [lanes, values, width]);
    };
    return { value, gradFunc };
  };
  return tf.customGrad(forward)(table) as Tensor3D;
}

/** Where the lanes' tables lie one below the other. */
function placesOf(tf: Tf, indices: Tensor2D, lanes: number, values: number): Tensor1D {
  const starts = tf.tensor2d(
    Int32Array.from({ length: lanes }, (_, lane) => lane * values),
    [lanes, 1],
    'int32',
  );
  return tf.reshape(tf.add(indices, starts), [lanes * indices.shape[1]]);
}

/** The sum of parts of one shape, [lanes, units, rows], and of a bias [lanes, units] where there is one. */
export function stackedSum(tf: Tf, parts: readonly Tensor3D[], bias?: Tensor2D): Tensor3D {
  const forward = () => ({
    value: [...parts, ...(bias === undefined ? [] : [tf.expandDims(bias, 2) as Tensor3D])].reduce((sum, part) =>
      tf.add(sum, part),
    ) as Tensor,
    gradFunc: (slope: Tensor): Tensor[] => [
      ...parts.map(() => tf.clone(slope)),
      ...(bias === undefined ? [] : [tf.sum(slope, 2)]),
    ],
  });
  return tf.customGrad(forward)(...parts, ...(bias === undefined ? [] : [bias])) as Tensor3D;
}

/** x times a mask of [lanes or 1, units, rows]. */
export function stackedMask(tf: Tf, x: Tensor3D, mask: Tensor3D): Tensor3D {
  const forward = (...given: (Tensor | GradSaveFunc)[]) => {
    (given.at(-1) as GradSaveFunc)([mask]);
    const gradFunc = (slope: Tensor, saved: Tensor[]): Tensor => tf.mul(slope, saved[0] as Tensor);
    return { value: tf.mul(x, mask), gradFunc };
  };
  return tf.customGrad(forward)(x) as Tensor3D;
}

/**
 * Each lane's mean log loss, [lanes], of logits [lanes, 1, rows] against labels [lanes or 1, rows], each row counted
 * `rowWeights` times where they are given. In the form that never takes the log of 0: log(1 + e^z) - z y.
 */
export function stackedLogLoss(tf: Tf, logits: Tensor3D, labels: Tensor2D, rowWeights: Tensor2D | null): Tensor1D {
  const weighted = (values: Tensor): Tensor => (rowWeights === null ? values : tf.mul(values, rowWeights));
  const forward = (...given: (Tensor | GradSaveFunc)[]) => {
    const flat = tf.squeeze(logits, [1]) as Tensor2D;
    (given.at(-1) as GradSaveFunc)([flat, labels]);
    const value = tf.mean(weighted(tf.sub(tf.softplus(flat), tf.mul(flat, labels))), 1);
    const gradFunc = (slope: Tensor, saved: Tensor[]): Tensor => {
      const [z, y] = saved as [Tensor2D, Tensor2D];
      const perRow = tf.div(tf.expandDims(slope, 1), z.shape[1]);
      return tf.expandDims(tf.mul(perRow, weighted(tf.sub(tf.sigmoid(z), y))), 1);
    };
    return { value, gradFunc };
  };
  return tf.customGrad(forward)(logits) as Tensor1D;
}
