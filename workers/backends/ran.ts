import { WhetError } from '../../core/errors.ts';
import type { CommandOptions } from '../runCommand.ts';
import type { InstallStep } from './installStep.ts';

/** One command of an installation, run in its folder. Throws `backend.install-failed` with what it said and the advice. */
export async function ran(
  { folder, run }: InstallStep,
  [command = '', ...args]: readonly string[],
  advice: string,
  options: Partial<CommandOptions> = {},
): Promise<void> {
  const { code, tail } = await run(command, args, { cwd: folder, ...options });
  if (code === 0) return;
  const came = code === commandNotFound ? `no ${command} on the PATH` : `exit code ${code}: ${tail}`;
  throw installFailed(`${[command, ...args.slice(0, 3)].join(' ')} to work`, came, advice);
}

const commandNotFound = 127;

/** An installation step that did not come to its end, with what to do. */
export function installFailed(expected: string, came: string, todo: string): WhetError {
  return new WhetError('backend.install-failed', { expected, came, todo: `${todo} ${again}` });
}

const again = 'Then type the command again: it goes on where it stopped.';
