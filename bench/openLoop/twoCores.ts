import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A server and the generator that asks it have a core each. */
export const [serverCore, loadCore] = [0, 1];

/** Keeps a process, with all its threads, to the server's core. */
export async function pinServer(pid: number): Promise<void> {
  await execute('taskset', ['-a', '-p', '-c', `${serverCore}`, `${pid}`]);
}
