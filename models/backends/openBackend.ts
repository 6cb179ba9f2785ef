import { WhetError } from '../../core/errors.ts';
import type { Backend } from './backend.ts';

/** Backends by name, the fastest first. Each is loaded only when it is asked for. */
const openers: Readonly<Record<string, () => Promise<Backend>>> = {
  wasm: async () => (await import('./wasmBackend.ts')).openWasmBackend(),
  cpu: async () => (await import('./cpuBackend.ts')).openCpuBackend(),
};

/** All names, the fastest first. */
export const backendNames: readonly string[] = Object.keys(openers);

/**
 * Opens a backend, `wasm` unless another is named. TensorFlow.js has one active backend per process: the last one opened.
 * Throws `input.invalid` for a name that is not known and `backend.unavailable` where this machine cannot run it.
 */
export async function openBackend(name = 'wasm'): Promise<Backend> {
  const open = Object.hasOwn(openers, name) ? openers[name] : undefined;
  if (open === undefined) {
    const todo = 'Name one of these backends.';
    throw new WhetError('input.invalid', { expected: backendNames.join(' or '), came: `backend '${name}'`, todo });
  }
  // One after the other: of two that TensorFlow.js opens at once, it gives up one and says that it could not start.
  const opened = opening.then(open, open);
  opening = opened;
  return opened;
}

let opening: Promise<unknown> = Promise.resolve();
