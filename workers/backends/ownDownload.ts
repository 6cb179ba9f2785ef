import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from './installPackages.ts';
import type { InstallStep } from './installStep.ts';

/**
 * The official way: the package's own install script, which loads TensorFlow and a binding from Google's storage. Gives
 * where the library came from, undefined where that way is closed. For a GPU it is not taken: it brings no CUDA along.
 */
export async function ownDownload(step: InstallStep): Promise<string | undefined> {
  const { name, folder, run, report } = step;
  if (name === 'tfjs-node-gpu') return undefined;
  const refusal = await refusalOf(step);
  if (refusal !== undefined) {
    report(`its own download: ${refusal}`);
    return undefined;
  }
  report(`its own download: from ${storage()}`);
  const { code, tail } = await run('npm', ['rebuild', '@tensorflow/tfjs-node', '--ignore-scripts=false'], {
    cwd: folder,
  });
  if (code === 0 && (await hasBinding(step))) return `its own download, ${storage()}`;
  report(`its own download: ended with ${code}: ${tail}`);
  return undefined;
}

/** Soon said: a machine without a way out moves on. */
async function refusalOf({ fetch }: InstallStep): Promise<string | undefined> {
  try {
    await fetch(storage(), { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? (error.cause ?? error) : error;
    return `${storage()} cannot be reached (${why instanceof Error ? why.message : String(why)})`;
  }
}

/** As the package's own script reads it: a mirror may be named. */
function storage(): string {
  return process.env.TFJS_NODE_CDN_STORAGE ?? 'https://storage.googleapis.com/';
}

function hasBinding(step: InstallStep): Promise<boolean> {
  return access(join(packageFolder(step), 'lib/napi-v8/tfjs_binding.node')).then(
    () => true,
    () => false,
  );
}
