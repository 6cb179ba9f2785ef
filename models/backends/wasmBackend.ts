import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { type BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { activated } from './activated.ts';
import type { Backend } from './backend.ts';
import { segmentSum } from './segmentSum.ts';

/**
 * WebAssembly with SIMD on one thread, from the package's own folder. Its threads do not work in Node. Throws
 * `backend.unavailable`.
 */
export async function openWasmBackend(): Promise<Backend> {
  setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  registerSegmentSum();
  return withoutNewHandlers(() => activated('wasm'));
}

/**
 * The package's loader listens for every uncaught error of the process and throws it again, past whoever else listens.
 * How a process ends is the process's own affair: the loader's listeners go.
 */
async function withoutNewHandlers<T>(open: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'];
  const process: NodeJS.EventEmitter = globalThis.process;
  const before = events.map((event) => process.listeners(event));
  try {
    return await open();
  } finally {
    events.forEach((event, at) => {
      for (const listener of process.listeners(event)) {
        if (!before[at]?.includes(listener)) process.removeListener(event, listener as () => void);
      }
    });
  }
}

/** Version 4.22 lacks this kernel, without which an embedding has no gradient. */
function registerSegmentSum(): void {
  if (tf.getKernel(tf.UnsortedSegmentSum, 'wasm') !== undefined) return;
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const wasm = backend as BackendWasm;
      const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', tf.TensorInfo>;
      const { numSegments } = attrs as unknown as tf.UnsortedSegmentSumAttrs;
      const shape = [numSegments, ...x.shape.slice(1)];
      // Room for the result comes first: where it makes the heap grow, views taken before it would be of the old heap.
      const out = wasm.makeOutput(shape, 'float32');
      const [sums, values, segments] = [out, x, segmentIds].map((tensor) => wasm.typedArrayFromHeap(tensor));
      segmentSum(sums as Float32Array, values as Float32Array, segments as Int32Array);
      return out;
    },
  });
}
