import { spawn } from 'node:child_process';
import { join } from 'node:path';

const whetFile = join(import.meta.dirname, '../cli/whet.ts');

/** How a command ended, and what it said. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WhetCommand {
  readonly pid: number;
  readonly ended: Promise<CommandEnd>;
}

export interface CommandPlace {
  readonly folder: string;
  readonly state: string;
}

/** Starts the command `whet` as a person does, in a folder and on a state folder of its own. */
export function whetCommand(args: readonly string[], place: CommandPlace): WhetCommand {
  const { TEMPORAL_ADDRESS: _address, ...environment } = process.env;
  const child = spawn(process.execPath, [whetFile, ...args], {
    cwd: place.folder,
    env: { ...environment, WHET_STATE: place.state },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', reject);
    const end = (code: number | null, signal: NodeJS.Signals | null) => () =>
      resolve({ code, signal, stdout: stdout(), stderr: stderr() });
    child.once('close', (code, signal) => end(code, signal)());
    // A process of its that outlived it would keep its output open.
    child.once('exit', (code, signal) => setTimeout(end(code, signal), 2_000).unref());
  });
  return { pid: child.pid ?? 0, ended };
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  const pieces: string[] = [];
  stream.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
  return () => pieces.join('');
}
