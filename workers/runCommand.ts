import { guardedProcess } from './guardedProcess.ts';

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

/** Runs a command to its end; it ends when this process does. One that is not there ends with code 127. */
export const runCommand: RunCommand = async (command, args, { cwd, env = {}, onLine = () => {} }) => {
  const tail: string[] = [];
  const output = (line: string): void => {
    tail.push(line);
    if (tail.length > tailLines) tail.shift();
    onLine(line);
  };
  const { exited } = await guardedProcess(command, args, { output, cwd, env });
  const code = await exited;
  return { code: code ?? 1, tail: tail.join('\n').trim() || `no output${code === null ? ', ended by a signal' : ''}` };
};

const tailLines = 12;
