import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { StopMessage } from './exitWithParent.ts';
import { signalProcess } from './signalProcess.ts';

export type SuperviseOptions = SupervisedProgram & {
  /** Stands before each line that the process prints. */
  readonly name: string;
  /** Takes each line of its output, with the name before it. */
  readonly onLine: (line: string) => void;
  /** Whether it is started again when it dies by itself. */
  readonly restart: boolean;
};

export type SupervisedProgram =
  | {
      /** The file that the process runs. It calls `exitWithParent` first. */
      readonly entry: URL | string;
      readonly args?: readonly string[];
      /** Added to this process's environment. */
      readonly env?: Readonly<Record<string, string>>;
      /** Node's own arguments, such as `--max-old-space-size=4096`. */
      readonly nodeArgs?: readonly string[];
    }
  | {
      /** Starts it in another way, with an IPC channel and its output as streams. */
      readonly start: () => ChildProcess;
    };

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Supervised {
  readonly name: string;
  /** Undefined between a death and the next start, and after the end. */
  pid(): number | undefined;
  /** How often it was started again. */
  restarts(): number;
  /** Tells of each new start, with how the one before ended. */
  onRestart(listener: (pid: number, before: Exit) => void): void;
  onMessage(listener: (message: Serializable) => void): void;
  /** False if there is no process to take the message now. */
  send(message: Serializable): boolean;
  /** Asks it to end, waits, kills it after the grace. Resolves when the process is gone; it is not started again. */
  stop(options: { readonly graceMs: number }): Promise<void>;
  /** Kills it and its own children at once; it is not started again. */
  kill(): void;
  /** Resolves when it ended for good: after `stop` or `kill`, or by itself where `restart` is false. */
  readonly ended: Promise<Exit>;
}

/**
 * Runs a Node file as a child with an IPC channel. A child that dies is started again after 0.5 s, then 1 s, up to
 * 10 s; a life of 30 s begins the count anew. A child that runs a file leads a process group of its own, so that Ctrl-C in
 * the terminal reaches the parent alone, which stops its children in order.
 */
export function superviseProcess(options: SuperviseOptions): Supervised {
  const restartListeners: ((pid: number, before: Exit) => void)[] = [];
  const messageListeners: ((message: Serializable) => void)[] = [];
  const end = Promise.withResolvers<Exit>();
  let child: ChildProcess | undefined;
  let restarts = 0;
  let failures = 0;
  let stopping = false;
  let backOff: NodeJS.Timeout | undefined;

  const start = (before?: Exit): void => {
    const started = startChild(options);
    const since = performance.now();
    child = started;
    started.on('message', (message) => {
      for (const listener of messageListeners) listener(message);
    });
    onceGone(started, (exit) => {
      child = undefined;
      killGroup(started);
      if (stopping || !options.restart) return end.resolve(exit);
      failures = performance.now() - since >= longLifeMs ? 0 : failures + 1;
      startLater(exit);
    });
    if (before === undefined || started.pid === undefined) return;
    restarts += 1;
    for (const listener of restartListeners) listener(started.pid, before);
  };
  const startLater = (exit: Exit): void => {
    const delayMs = backOffMs(failures);
    options.onLine(`${options.name} | ended (${exitText(exit)}); starts again in ${delayMs / 1000} s`);
    backOff = setTimeout(() => start(exit), delayMs);
  };
  const forbidRestart = (): void => {
    stopping = true;
    clearTimeout(backOff);
    if (child === undefined) end.resolve({ code: null, signal: null });
  };
  start();
  return {
    name: options.name,
    pid: () => child?.pid,
    restarts: () => restarts,
    onRestart: (listener) => void restartListeners.push(listener),
    onMessage: (listener) => void messageListeners.push(listener),
    send: (message) => sendTo(child, message),
    async stop({ graceMs }) {
      forbidRestart();
      if (child === undefined) return void (await end.promise);
      const stopped = child;
      if (!sendTo(stopped, { kind: 'stop' } satisfies StopMessage)) signalProcess(stopped.pid, 'SIGTERM');
      const killer = setTimeout(() => killNow(stopped), graceMs);
      await end.promise;
      clearTimeout(killer);
    },
    kill() {
      forbidRestart();
      if (child !== undefined) killNow(child);
    },
    ended: end.promise,
  };
}

const longLifeMs = 30_000;

/** 0.5 s after the first death, doubled by each further one, 10 s at most. */
export function backOffMs(failures: number): number {
  return Math.min(10_000, 500 * 2 ** Math.max(0, failures - 1));
}

function startChild(options: SuperviseOptions): ChildProcess {
  const { name, onLine } = options;
  const child = 'start' in options ? options.start() : forked(options);
  for (const output of [child.stdout, child.stderr])
    if (output !== null) onEachLine(output, (line) => onLine(`${name} | ${line}`));
  return child;
}

function forked({
  entry,
  args = [],
  env = {},
  nodeArgs = [],
}: Extract<SupervisedProgram, { entry: unknown }>): ChildProcess {
  return fork(entry instanceof URL ? fileURLToPath(entry) : entry, [...args], {
    env: { ...process.env, ...env },
    execArgv: [...nodeArgs],
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function onEachLine(output: Readable, onLine: (line: string) => void): void {
  createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}

/** A process that cannot even be started says 'error' and never 'exit'. */
function onceGone(child: ChildProcess, gone: (exit: Exit) => void): void {
  let told = false;
  const tell = (exit: Exit): void => {
    if (told) return;
    told = true;
    gone(exit);
  };
  child.once('exit', (code, signal) => tell({ code, signal }));
  child.on('error', () => {
    if (child.pid === undefined) tell({ code: null, signal: null });
  });
}

function sendTo(child: ChildProcess | undefined, message: Serializable): boolean {
  if (child === undefined || !child.connected) return false;
  // The channel may close before the message is out: the death that closes it is told by 'exit'.
  child.send(message, () => {});
  return true;
}

/** The child leads its group: what it started dies with it, however busy. */
function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) signalProcess(-child.pid, 'SIGKILL');
}

/** Of a group that it does not lead, a child ends alone. */
function killNow(child: ChildProcess): void {
  killGroup(child);
  child.kill('SIGKILL');
}

function exitText({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : signal;
}
