import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const whet = join(import.meta.dirname, '../../cli/whet.ts');

/** A real `whet serve`, as a person starts it. */
export interface ServingProcess {
  readonly url: string;
  readonly pid: number;
  /** What it has said, line by line. */
  readonly said: readonly string[];
  signal(signal: NodeJS.Signals): void;
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Ends once it answers by the routing that the store of the state folder has. */
export async function startServing(state: string, args: readonly string[] = []): Promise<ServingProcess> {
  const child = spawn(process.execPath, [whet, 'serve', '--port', '0', ...args], {
    env: { ...process.env, WHET_STATE: state },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    url: await urlOf(child, said),
    pid: child.pid ?? 0,
    said,
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

function urlOf(child: ChildProcess, said: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`whet serve ended with ${code}: ${said.join('\n')}`)));
    if (child.stderr === null) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const url = /serving on (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
