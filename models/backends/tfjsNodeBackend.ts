import { createRequire } from 'node:module';
import { join } from 'node:path';
import { WhetError } from '../../core/errors.ts';
import type { Backend, Tf } from './backend.ts';
import type { InstallableBackend } from './installation.ts';
import { type Binding, operationsOf } from './operations.ts';

type TfjsNode = Extract<InstallableBackend, `tfjs-node${string}`>;

/**
 * TensorFlow's C library, one thread for each operation, from the folder of an installation. Throws
 * `backend.unavailable` where it does not load, or should have a GPU and has none.
 */
export async function loadTfjsNode(name: TfjsNode, folder: string): Promise<Backend> {
  if (loaded !== undefined && loaded !== folder) {
    // The system's loader would hand out the first one's libraries again, which have the same names.
    throw unavailable(name, `TensorFlow from ${loaded} in this process`, 'Open it in a process of its own.');
  }
  Object.assign(process.env, environment, { TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2' });
  loaded = folder;
  const tf = required(name, folder);
  tf.enableProdMode();
  // All copies of TensorFlow.js in a process share one engine, where another backend may be the active one.
  const activate = async (): Promise<void> => {
    if (tf.getBackend() !== registered) await tf.setBackend(registered);
  };
  await activate();
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as NodeBackend;
  if (name === 'tfjs-node-gpu' && !isUsingGpuDevice) {
    const todo = 'See that nvidia-smi lists the card and that its driver is one for CUDA 12, or use tfjs-node.';
    throw unavailable(name, 'a TensorFlow that found no GPU and would have used the CPU', todo);
  }
  return {
    name: `${name}@${binding.TF_Version}`,
    threads: 1,
    device: isUsingGpuDevice ? 'GPU' : 'CPU',
    tf,
    // A GPU would wait for what is read back within a step.
    ...(!isUsingGpuDevice && { operations: operationsOf(binding) }),
    activate,
  };
}

/** The folder that this process has loaded TensorFlow's library from. */
let loaded: string | undefined;

/** The package's own name for it, on CPU and GPU alike. */
const registered = 'tensorflow';

interface NodeBackend {
  readonly binding: Binding;
  readonly isUsingGpuDevice: boolean;
}

/**
 * Read by the library when it starts. One thread, because with more the parts of a sum come in any order; on a GPU, the
 * algorithms that always add in one order, and no more of its memory than is used, so that others find some.
 */
const environment = {
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  TF_DETERMINISTIC_OPS: '1',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
};

function required(name: TfjsNode, folder: string): Tf {
  try {
    return createRequire(join(folder, 'package.json'))('@tensorflow/tfjs-node') as Tf;
  } catch (error) {
    const came = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw unavailable(name, came, `Mend it with: whet backend install ${name}`);
  }
}

function unavailable(name: string, came: string, todo: string): WhetError {
  return new WhetError('backend.unavailable', { expected: `the backend '${name}'`, came, todo });
}
