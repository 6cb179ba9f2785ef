/**
 * A backend as a trial's request and record name it: its kind, and behind an `@` the version of its libraries where
 * this package's lockfile does not pin them, such as `tfjs-node@2.15.1`.
 */
export function backendKind(name: string): string {
  return name.split('@', 1)[0] ?? name;
}

/** Whether a backend computes on a graphics processor. */
export function needsGpu(name: string): boolean {
  return gpuKinds.includes(backendKind(name));
}

const gpuKinds = ['tfjs-node-gpu', 'webgpu'];
