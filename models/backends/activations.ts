import type { Tensor } from '@tensorflow/tfjs-core';
import type { Activation } from '../../core/learnerPlan.ts';
import type { Tf } from './backend.ts';

/** What a layer ends in. Each gives its slope by its output alone, so that nothing else need be kept. */
export type LayerEnd = Activation | 'linear';

/** ReLU: max(0, x). ELU (Clevert et al. 2016, alpha 1): x above 0, e^x - 1 below. */
export function activated(tf: Tf, x: Tensor, activation: LayerEnd): Tensor {
  if (activation === 'relu') return tf.relu(x);
  if (activation === 'tanh') return tf.tanh(x);
  return activation === 'elu' ? tf.elu(x) : x;
}

/** The slope before the activation: `slope` times the activation's own, which `output` tells. */
export function slopeBefore(tf: Tf, slope: Tensor, output: Tensor, activation: LayerEnd): Tensor {
  if (activation === 'relu') return reluSlope(tf, slope, output);
  if (activation === 'tanh') return tf.mul(slope, tf.sub(1, tf.square(output)));
  if (activation === 'elu') return tf.engine().runKernel(tf.EluGrad, { dy: slope, y: output }) as Tensor;
  return slope;
}

/** TensorFlow has one pass for it; elsewhere it is two. */
function reluSlope(tf: Tf, slope: Tensor, output: Tensor): Tensor {
  const backend = tf.backend() as unknown as { executeSingleOutput?: NodeOperation };
  const attributes = [{ name: 'T', type: floatAttribute, value: 1 }];
  if (backend.executeSingleOutput === undefined) return tf.mul(slope, tf.step(output));
  return backend.executeSingleOutput('ReluGrad', attributes, [slope, output]);
}

/** How tfjs-node calls an operation of TensorFlow by name. */
type NodeOperation = (name: string, attributes: readonly object[], inputs: readonly Tensor[]) => Tensor;

/** The kind of an attribute that is a type of numbers: TF_ATTR_TYPE of TensorFlow's C interface, as tfjs-node counts it. */
const floatAttribute = 4;
