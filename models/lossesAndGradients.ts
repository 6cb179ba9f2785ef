import type { Parameters } from '../core/trial.ts';
import type { Backend } from './backends/backend.ts';
import { stackedLogLoss } from './backends/stackedSums.ts';
import type { Batches } from './batches.ts';
import type { Learner } from './learners/learner.ts';
import { openNetworkStep } from './networkStep.ts';
import { type Stack, stackTensors } from './stack.ts';

/** Each lane's loss over one step's rows, then the gradients of all weights, as the stack's values lie; void with the next step. */
export type LossesAndGradients = (step: number) => Promise<Float32Array>;

export function openLossesAndGradients(
  { tf, operations }: Pick<Backend, 'tf' | 'operations'>,
  learner: Learner,
  parameters: Parameters,
  stack: Stack,
  batches: Batches,
): LossesAndGradients {
  const network = learner.network?.(batches.shape, parameters);
  if (operations !== undefined && network !== undefined) {
    const take = openNetworkStep(operations, network, stack, batches);
    return async (step) => take(step);
  }
  return async (step) => {
    const computed = tf.tidy(() => {
      const { batch, labels, rowWeights } = batches.tensors(tf, step);
      const weights = stackTensors(tf, stack);
      const losses = () => stackedLogLoss(tf, learner.logits(tf, weights, batch, parameters), labels, rowWeights);
      const { value, grads } = tf.engine().gradients(losses, Object.values(weights), tf.ones([stack.lanes]));
      return tf.concat([value, ...grads.map((gradient) => tf.reshape(gradient, [-1]))]);
    });
    // Read outside: `tidy` looks for tensors in whatever it is given back, number by number. A GPU cannot be read at once.
    const read = (await computed.data()) as Float32Array;
    computed.dispose();
    return read;
  };
}
