import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { digestOfValue } from '../storage/digest.ts';
import { userCache } from '../storage/userCache.ts';

const execute = promisify(execFile);

/**
 * The folder of a Python environment with these packages, made once in the user's cache folder for each list of them. By
 * uv: pip takes many minutes for a large one on a busy machine, uv one.
 */
export async function pythonPeer(name: string, packages: readonly string[]): Promise<string> {
  const folder = join(userCache('peers'), `${name}-${digestOfValue(packages).slice(0, 8)}`);
  if (existsSync(join(folder, 'complete'))) return folder;
  await execute('python3', ['-m', 'venv', '--clear', folder]);
  const python = join(folder, 'bin', 'python');
  await execute(python, ['-m', 'pip', 'install', '-q', 'uv==0.13.9']);
  await execute(python, ['-m', 'uv', 'pip', 'install', '-q', '--no-cache', '--python', python, ...packages], {
    maxBuffer: 1 << 24,
  });
  await writeFile(join(folder, 'complete'), '');
  return folder;
}
