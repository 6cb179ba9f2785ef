import { backendKind } from '../../core/backendName.ts';
import { WhetError } from '../../core/errors.ts';
import type { Backend } from './backend.ts';
import { openInstalled } from './openInstalled.ts';

/** Backends by kind, the fastest first. Each is loaded only when it is asked for. */
const openers: Readonly<Record<string, () => Promise<Backend>>> = {
  'tfjs-node-gpu': () => openInstalled('tfjs-node-gpu'),
  webgpu: () => openInstalled('webgpu'),
  'tfjs-node': () => openInstalled('tfjs-node'),
  wasm: async () => (await import('./wasmBackend.ts')).openWasmBackend(),
  cpu: async () => (await import('./cpuBackend.ts')).openCpuBackend(),
};

/** All kinds, the fastest first. */
export const backendNames: readonly string[] = Object.keys(openers);

/**
 * Opens a backend by its kind or by its full name, `wasm` unless another is named. TensorFlow.js has one active backend
 * per process: the last one opened. Throws `input.invalid` for a name that is not known and
 * `backend.unavailable` where this machine cannot run it, or has it with other libraries than the name says.
 */
export async function openBackend(name = 'wasm'): Promise<Backend> {
  const kind = backendKind(name);
  const open = Object.hasOwn(openers, kind) ? openers[kind] : undefined;
  if (open === undefined) {
    const todo = 'Name one of these backends.';
    throw new WhetError('input.invalid', { expected: backendNames.join(' or '), came: `backend '${name}'`, todo });
  }
  // One after the other: of two that TensorFlow.js opens at once, it gives up one and says that it could not start.
  const opened = opening.then(open, open);
  opening = opened;
  return asNamed(name, await opened);
}

let opening: Promise<unknown> = Promise.resolve();

/** A search that was begun with one version of the libraries is not ended with another. */
function asNamed(name: string, backend: Backend): Backend {
  if (name === backendKind(name) || name === backend.name) return backend;
  const todo = `Install the same on all trainers: whet backend install ${backendKind(name)}`;
  throw new WhetError('backend.unavailable', { expected: `the backend '${name}'`, came: `'${backend.name}'`, todo });
}
