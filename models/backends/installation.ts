import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userCache } from '../../storage/userCache.ts';

/**
 * Backends that are no dependency of this package: `whet backend install` puts them where any project finds them. Each
 * with the version of its package of TensorFlow.js, as the lockfiles below workers/backends/ pin it.
 */
export const installableBackends = { 'tfjs-node-gpu': '4.22.0', webgpu: '4.22.0', 'tfjs-node': '4.22.0' } as const;
export type InstallableBackend = keyof typeof installableBackends;

/** How a backend came here, at `installed.json` in its folder: written when it was seen to train. */
export interface Installation {
  /** Its full name, with the version of the library that computes. */
  readonly name: string;
  /** Where that library comes from, for a person. */
  readonly from: string;
  readonly at: string;
}

/** Where a backend is or will be: a folder of its own for each version, so that two versions of this package do not fight. */
export function installationFolder(name: InstallableBackend, cache = userCache('backends')): string {
  return join(cache, `${name}-${installableBackends[name]}`);
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
  return Object.hasOwn(installableBackends, name);
}
