import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userCache } from '../../storage/userCache.ts';

/** Backends that are no dependency of this package: `whet backend install` puts them where any project finds them. */
export const installableBackends = ['tfjs-node-gpu', 'tfjs-node'] as const;
export type InstallableBackend = (typeof installableBackends)[number];

/** Of `@tensorflow/tfjs-node`, as workers/backends/tfjsNode/package-lock.json pins it. */
export const tfjsNodeVersion = '4.22.0';

/** How a backend came here, at `installed.json` in its folder: written when it was seen to train. */
export interface Installation {
  /** Of TensorFlow's C library. */
  readonly tensorflow: string;
  /** Where that library comes from, for a person. */
  readonly from: string;
  readonly at: string;
}

/** Where a backend is or will be: a folder of its own for each version, so that two versions of this package do not fight. */
export function installationFolder(name: InstallableBackend, cache = userCache('backends')): string {
  return join(cache, `${name}-${tfjsNodeVersion}`);
}

/** How the backend in a folder came there; undefined where none was installed, or not to the end. */
export async function readInstallation(folder: string): Promise<Installation | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'installed.json'), 'utf8')) as Installation;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export function isInstallable(name: string): name is InstallableBackend {
  return installableBackends.some((one) => one === name);
}
