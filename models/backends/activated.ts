import * as tf from '@tensorflow/tfjs-core';
import { WhetError } from '../../core/errors.ts';
import type { Backend } from './backend.ts';

/**
 * Makes a registered backend the active one. TensorFlow.js answers a backend that cannot start with a log line and
 * another backend; here that is an error. Throws `backend.unavailable`.
 */
export async function activated(name: string): Promise<Backend> {
  tf.enableProdMode();
  const activate = async (): Promise<void> => {
    if (tf.getBackend() === name) return;
    const started = await tf.setBackend(name);
    const came = tf.getBackend();
    if (started && came === name) return;
    throw new WhetError('backend.unavailable', { expected: `the backend '${name}' to start`, came: `'${came}'` });
  };
  await activate();
  return { name, threads: 1, device: 'CPU', tf, activate };
}
