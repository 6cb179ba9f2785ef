import { fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataChildInput, DataChildMessage, HourOutcome } from './dataChild.ts';

/** How a child ended. */
export type DataChildEnd = DataDone | { readonly kind: 'killed' } | { readonly kind: 'failed'; readonly said: string };

export interface DataDone {
  readonly kind: 'done';
  readonly outcomes: readonly HourOutcome[];
  /** Writes to the store. */
  readonly writes: number;
  readonly workedMs: number;
}

export interface RunningChild {
  /** It has opened all it needs, and works from now on; false when it ended before. */
  readonly ready: Promise<boolean>;
  readonly ended: Promise<DataChildEnd>;
  /** SIGKILL. */
  kill(): void;
}

/** Where the children of a state put what is not to last. */
export function temporaryOf(state: string): string {
  return join(state, 'os-tmp');
}

/** Starts a process that does the data stages of some hours, one after the other. */
export async function runDataChild(input: DataChildInput): Promise<RunningChild> {
  const temporary = temporaryOf(input.state);
  await mkdir(temporary, { recursive: true });
  const child = fork(join(import.meta.dirname, 'dataChild.ts'), [JSON.stringify(input)], {
    env: { ...process.env, TMPDIR: temporary },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const said: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const { promise: ready, resolve: isReady } = Promise.withResolvers<boolean>();
  const { promise: ended, resolve: end } = Promise.withResolvers<DataChildEnd>();
  let [readyAt, done]: [number, DataChildEnd | undefined] = [0, undefined];
  child.on('message', (message: DataChildMessage) => {
    if ('ready' in message) {
      readyAt = performance.now();
      return isReady(true);
    }
    done = { kind: 'done', ...message, workedMs: performance.now() - readyAt };
  });
  child.on('close', (_code, signal) => {
    isReady(false);
    end(done ?? (signal === 'SIGKILL' ? { kind: 'killed' } : { kind: 'failed', said: said.join('') }));
  });
  return { ready, ended, kill: () => void child.kill('SIGKILL') };
}
