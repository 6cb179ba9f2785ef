import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { activated } from './activated.ts';
import type { Backend } from './backend.ts';
import { segmentSum } from './segmentSum.ts';

/** Plain JavaScript: slow, and there wherever Node is. Throws `backend.unavailable`. */
export async function openCpuBackend(): Promise<Backend> {
  replaceSegmentSum();
  return activated('cpu');
}

/**
 * The package's own kernel compares every row with every segment: a hundred times slower with hundreds of values. Done
 * at each opening: another backend's package may bring the slow one again.
 */
function replaceSegmentSum(): void {
  tf.unregisterKernel(tf.UnsortedSegmentSum, 'cpu');
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum,
    backendName: 'cpu',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const cpu = backend as MathBackendCPU;
      const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', tf.TensorInfo>;
      const { numSegments } = attrs as unknown as tf.UnsortedSegmentSumAttrs;
      const shape = [numSegments, ...x.shape.slice(1)];
      const sums = new Float32Array(tf.util.sizeFromShape(shape));
      segmentSum(sums, cpu.readSync(x.dataId) as Float32Array, cpu.readSync(segmentIds.dataId) as Int32Array);
      return cpu.makeTensorInfo(shape, 'float32', sums);
    },
  });
}
