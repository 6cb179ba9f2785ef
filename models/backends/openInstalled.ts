import { WhetError } from '../../core/errors.ts';
import type { Backend } from './backend.ts';
import { type InstallableBackend, installationFolder, readInstallation } from './installation.ts';

/**
 * Opens a backend that `whet backend install` put on this machine. Throws `backend.unavailable` where it is not there,
 * does not load, or needs a GPU and finds none.
 */
export async function openInstalled(kind: InstallableBackend): Promise<Backend> {
  const folder = installationFolder(kind);
  if ((await readInstallation(folder)) !== undefined) return loadInstalled(kind, folder);
  const [expected, came] = [`the backend '${kind}'`, `nothing installed in ${folder}`];
  throw new WhetError('backend.unavailable', { expected, came, todo: `Type: whet backend install ${kind}` });
}

/** Opens what lies in a folder, installed to the end or not. */
export async function loadInstalled(kind: InstallableBackend, folder: string): Promise<Backend> {
  return kind === 'webgpu'
    ? (await import('./webgpuBackend.ts')).loadWebgpu(folder)
    : (await import('./tfjsNodeBackend.ts')).loadTfjsNode(kind, folder);
}
