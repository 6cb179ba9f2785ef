import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { backOffMs, deathsAfter, longLifeMs, noDeath } from '../core/deaths.ts';
import { WhetError } from '../core/errors.ts';
import type { StopMessage } from './exitWithParent.ts';
import { signalProcess } from './signalProcess.ts';

export type SuperviseOptions = SupervisedProgram & {
  /** Stands before each line that the process prints. */
  readonly name: string;
  /** Takes each line of its output, with the name before it. */
  readonly onLine: (line: string) => void;
  /** Whether it is started again when it dies by itself. */
  readonly restart: boolean;
  /** After so many deaths of its own in a row, each soon after a start, it is given up; 7 when left out, within a minute. */
  readonly most?: number;
  /** Whether it is never given up once it has lived for long: what it lacks now may come back, and the others go on. */
  readonly isPatient?: boolean;
  /** Whether an end tells of what others are to give, and not of the process. */
  readonly isExcused?: (exit: Exit) => boolean;
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
  /** Tells that it is given up: `worker.not-started`, with the last lines that it printed. */
  onGivenUp(listener: (error: WhetError) => void): void;
  /** Resolves when it ended for good: after `stop` or `kill`, given up, or by itself where `restart` is false. */
  readonly ended: Promise<Exit>;
}

/**
 * Runs a Node file as a child with an IPC channel. A child that dies is started again after 0.5 s, then 1 s, up to
 * 10 s; a life of 30 s begins the count anew. One that cannot start is given up. A child that runs a file leads a process
 * group of its own, so that Ctrl-C in the terminal reaches the parent alone, which stops its children in order.
 */
export function superviseProcess(options: SuperviseOptions): Supervised {
  const restartListeners: ((pid: number, before: Exit) => void)[] = [];
  const messageListeners: ((message: Serializable) => void)[] = [];
  const givenUpListeners: ((error: WhetError) => void)[] = [];
  const { most = usualMost, isPatient = false, isExcused = () => false } = options;
  const lines: string[] = [];
  const end = Promise.withResolvers<Exit>();
  let child: ChildProcess | undefined;
  let restarts = 0;
  let deaths = noDeath;
  let stopping = false;
  let backOff: NodeJS.Timeout | undefined;

  const start = (before?: Exit): void => {
    lines.length = 0;
    const started = startChild(options, lines);
    const since = performance.now();
    child = started;
    started.on('message', (message) => {
      for (const listener of messageListeners) listener(message);
    });
    onceGone(started, (exit) => {
      child = undefined;
      killGroup(started);
      if (stopping || !options.restart) return end.resolve(exit);
      const isOwn = !isKilled(exit) && !isExcused(exit);
      deaths = deathsAfter(deaths, { livedMs: performance.now() - since, isOwn });
      if (deaths.own >= most && !(isPatient && deaths.hasWorked)) return giveUp(started, exit);
      startLater(exit);
    });
    if (before === undefined || started.pid === undefined) return;
    restarts += 1;
    for (const listener of restartListeners) listener(started.pid, before);
  };
  const startLater = (exit: Exit): void => {
    const delayMs = backOffMs(deaths.quick);
    options.onLine(`${options.name} | ended (${exitText(exit)}); starts again in ${delayMs / 1000} s`);
    backOff = setTimeout(() => start(exit), delayMs);
  };
  const giveUp = (last: ChildProcess, exit: Exit): void => {
    stopping = true;
    void whenRead(last).then(() => {
      end.resolve(exit);
      for (const listener of givenUpListeners) listener(notStarted(options.name, most, exit, lines));
    });
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
    onGivenUp: (listener) => void givenUpListeners.push(listener),
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

const usualMost = 7;
const linesTold = 8;

/** Keeps the last lines that it prints, to tell why it is given up. */
function startChild(options: SuperviseOptions, last: string[]): ChildProcess {
  const { name, onLine } = options;
  const child = 'start' in options ? options.start() : forked(options);
  const take = (line: string): void => {
    last.splice(0, last.length - linesTold + 1);
    last.push(line);
    onLine(`${name} | ${line}`);
  };
  for (const output of [child.stdout, child.stderr]) if (output !== null) onEachLine(output, take);
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

/** Whoever killed it, it may well be able to work. */
function isKilled({ signal }: Exit): boolean {
  return signal === 'SIGKILL' || signal === 'SIGTERM';
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

/** Its last lines may come after its end; what it started may hold its output open for longer. */
async function whenRead({ stdout, stderr }: ChildProcess): Promise<void> {
  const open = [stdout, stderr].filter((output) => output !== null && !output.closed);
  await Promise.race([Promise.all(open.map((output) => once(output as Readable, 'close'))), pause(1_000)]);
}

function notStarted(name: string, most: number, exit: Exit, lines: readonly string[]): WhetError {
  const printed = lines.length === 0 ? 'nothing' : `'${lines.join(' / ')}'`;
  const within = `within ${longLifeMs / 1_000} s of its start`;
  return new WhetError('worker.not-started', {
    expected: `the process '${name}' to go on working`,
    came: `its end ${within}, ${most} times in a row, the last with ${exitText(exit)}; it printed last ${printed}`,
  });
}

function exitText({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : signal;
}
