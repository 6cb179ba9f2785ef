import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonPeer } from '../../../bench/pythonPeer.ts';

const execute = promisify(execFile);

/** Runs a script of this folder with arguments, and gives the JSON that it prints. Rejects with what it wrote of its failure. */
export type PythonClient = (...given: readonly string[]) => Promise<unknown>;

/** A script beside this file, for an environment as `pythonOf` makes it; undefined where that is. */
export async function pythonClient(name: string, packages: readonly string[]): Promise<PythonClient | undefined> {
  const python = await pythonOf(name, packages);
  if (python === undefined) return undefined;
  return async (...given) => {
    const { stdout } = await execute(python, [join(import.meta.dirname, `${name}.py`), ...given]);
    return JSON.parse(stdout);
  };
}

/**
 * The Python of an environment with these packages of PyPI, made once for each list of them. Undefined, with a line on stderr
 * that says why, where they cannot be had: tests that need it are skipped then.
 */
export async function pythonOf(name: string, packages: readonly string[]): Promise<string | undefined> {
  try {
    return join(await pythonPeer(`client-${name}`, packages), 'bin', 'python');
  } catch (error) {
    const why = `${packages.join(' ')} from PyPI: ${String(error).slice(0, 500)}`;
    process.stderr.write(`TESTS OF THE CLIENT ${name} ARE SKIPPED: ${why}\n`);
    return undefined;
  }
}
