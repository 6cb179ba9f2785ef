import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from './installPackages.ts';
import type { InstallStep } from './installStep.ts';

/** Node 23 took two functions out of `util` that version 4.22 still calls: their calls are written out. */
export async function patchForNode(step: InstallStep): Promise<void> {
  for (const file of ['dist/nodejs_kernel_backend.js', 'dist/kernels/TopK.js']) {
    const path = join(packageFolder(step), file);
    const source = await readFile(path, 'utf8');
    const patched = source
      .replaceAll('(0, util_1.isNullOrUndefined)(', '((value) => value == null)(')
      .replaceAll('(0, util_1.isArray)(', 'Array.isArray(');
    if (patched !== source) await writeFile(path, patched);
  }
}
