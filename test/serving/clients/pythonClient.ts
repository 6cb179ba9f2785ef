import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonPeer } from '../../../bench/pythonPeer.ts';

const execute = promisify(execFile);

/** Runs a script of this folder with arguments, and gives the JSON that it prints. Rejects with what it wrote of its failure. */
export type PythonClient = (...given: readonly string[]) => Promise<unknown>;

/**
 * A script beside this file in an environment with these packages of PyPI, made once for each list of them. Undefined, with a line
 * on stderr that says why, where they cannot be had: tests that need it are skipped then.
 */
export async function pythonClient(script: string, packages: readonly string[]): Promise<PythonClient | undefined> {
  const name = script.replace('.py', '');
  try {
    const folder = await pythonPeer(`client-${name}`, packages);
    return async (...given) => {
      const { stdout } = await execute(join(folder, 'bin', 'python'), [join(import.meta.dirname, script), ...given]);
      return JSON.parse(stdout);
    };
  } catch (error) {
    process.stderr.write(
      `TESTS OF ${name} ARE SKIPPED: ${packages.join(' ')} from PyPI: ${String(error).slice(0, 500)}\n`,
    );
    return undefined;
  }
}
