import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

export interface CommandResult {
  readonly code: number;
  /** The last lines that it printed, to tell why it failed. */
  readonly tail: string;
}

export type RunCommand = (command: string, args: readonly string[], options: CommandOptions) => Promise<CommandResult>;

/** Runs a command to its end. Rejects if it cannot be started, such as with ENOENT. */
export const runCommand: RunCommand = (command, args, { cwd, env = {}, onLine = () => {} }) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const tail: string[] = [];
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        tail.push(line);
        if (tail.length > tailLines) tail.shift();
        onLine(line);
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, tail: [...tail, signal ?? ''].join('\n').trim() }),
    );
  });

const tailLines = 12;
