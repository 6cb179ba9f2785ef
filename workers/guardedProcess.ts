import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { isAlive, markOf } from './processMark.ts';
import { signalProcess } from './signalProcess.ts';

export interface GuardedProcess {
  /** The process itself, not its guard. */
  readonly pid: number;
  /** Its exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** SIGTERM, and SIGKILL after 10 s. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Kills it and its guard at once. */
  kill(): void;
}

export interface GuardOptions {
  /** Takes what the program prints: a file descriptor, or a function of each line. */
  readonly output: number | ((line: string) => void);
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program that does not outlive this process, not even when this one is killed with SIGKILL: a small shell
 * holds the read end of a pipe whose write end only this process has. The pipe closes when this process ends, however
 * it ends, and the shell then stops the program. Both are in a process group of their own, which Ctrl-C in the terminal
 * does not reach. A program that is not there ends with exit code 127.
 */
export async function guardedProcess(
  program: string,
  args: readonly string[],
  options: GuardOptions,
): Promise<GuardedProcess> {
  const guard = startGuard(program, args, options);
  // At once: what a program printed that ended before anybody read it is lost.
  const allRead = typeof options.output === 'number' ? undefined : readLines(guard, options.output);
  const gone = goneOf(guard);
  await Promise.race([once(guard, 'spawn'), gone]);
  const lifeline = guard.stdin as Writable;
  // Closing a pipe whose other end is gone already is no error worth a crash.
  lifeline.on('error', () => {});
  const pid = Number(await textOf(guard.stdio[3] as Readable));
  const mark = markOf(pid);
  const exited = gone.then(async (code) => {
    lifeline.destroy();
    // If someone killed the guard alone, the program must not go on unguarded.
    if (mark !== undefined && isAlive(mark)) signalProcess(pid, 'SIGKILL');
    await allRead;
    return code;
  });
  const stop = async (): Promise<void> => {
    lifeline.destroy();
    await exited;
  };
  const kill = (): void => void signalProcess(guard.pid === undefined ? undefined : -guard.pid, 'SIGKILL');
  return { pid, exited, stop, kill };
}

function startGuard(program: string, args: readonly string[], { output, cwd, env }: GuardOptions): ChildProcess {
  const to = typeof output === 'number' ? output : 'pipe';
  return spawn('/bin/sh', ['-c', guardScript, 'guard', program, ...args], {
    detached: true,
    stdio: ['pipe', to, to, 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
}

function readLines(guard: ChildProcess, onLine: (line: string) => void): Promise<unknown> {
  const streams = [guard.stdout, guard.stderr].filter((stream) => stream !== null);
  return Promise.all(streams.map((input) => once(createInterface({ input }).on('line', onLine), 'close')));
}

/**
 * Standard input, 4 from here on, is the lifeline; 3 takes the program's pid. The inner shell reads the lifeline to its
 * end, so it must be the only one of the three to keep it open, and dies with its last read if the program ends first.
 */
const guardScript = `
exec 4<&0 </dev/null
"$@" 3>&- 4<&- &
program=$!
(
  exec 3>&-
  while read -r _; do :; done <&4
  kill -TERM "$program" 2>/dev/null
  tenths=0
  while kill -0 "$program" 2>/dev/null && [ "$tenths" -lt 100 ]; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
  kill -KILL "$program" 2>/dev/null
) &
watcher=$!
echo "$program" >&3
exec 3>&- 4<&-
wait "$program"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

function goneOf(guard: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    guard.once('error', reject);
    // A shell tells of a signal as 128 and its number.
    guard.once('exit', (code) => resolve(code !== null && code > 128 ? null : code));
  });
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const piece of stream) text += String(piece);
  return text.trim();
}
