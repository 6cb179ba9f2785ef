import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WhetError } from '../../core/errors.ts';
import { freePorts, requireFreePort } from '../freePort.ts';
import { type GuardedProcess, guardedProcess } from '../guardedProcess.ts';
import { whenHealthy } from './whenHealthy.ts';

export interface StartOptions {
  /** The `temporal` command, from `findTemporal`. */
  readonly binary: string;
  /** The SQLite file that holds everything; created if it is not there. */
  readonly databaseFile: string;
  /** Of the gRPC frontend; 0 takes a free one. */
  readonly port: number;
  /** Of the Web UI; 0 takes a free one. */
  readonly uiPort: number;
  /** Takes what the server prints, at its end. */
  readonly logFile: string;
  readonly report: (line: string) => void;
}

export interface TemporalServer {
  /** `host:port` of the gRPC frontend. */
  readonly address: string;
  readonly uiUrl: string;
  /** The server's own process. */
  readonly pid: number;
  /** Its exit code, once it ended; null where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it in good order; resolves when it is gone. */
  stop(): Promise<void>;
  /** Kills it at once. */
  kill(): void;
}

/**
 * Starts a Temporal development server on a SQLite file, listening on 127.0.0.1 alone, and waits until it answers and
 * has the namespace `default`. It ends when this process does. Throws `temporal.not-started`, `port.taken`.
 */
export async function startTemporal(options: StartOptions): Promise<TemporalServer> {
  for (const [port, purpose] of [
    [options.port, 'Temporal'],
    [options.uiPort, "Temporal's Web UI"],
  ] as const) {
    if (port !== 0) await requireFreePort(port, purpose);
  }
  await mkdir(dirname(options.databaseFile), { recursive: true });
  await mkdir(dirname(options.logFile), { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const started = await tryStart(options);
    if (typeof started !== 'string') return started;
    // Between our choice of a free port and the server's use of it another process may have taken it.
    const unlucky = /address already in use/i.test(started) && (options.port === 0 || options.uiPort === 0);
    if (!unlucky || attempt === attempts) throw notStarted(options, started);
    options.report('a port was taken by another process meanwhile; trying others');
  }
}

const attempts = 5;

/** The server, or what it printed before it ended. */
async function tryStart(options: StartOptions): Promise<TemporalServer | string> {
  const [free, freeUi] = await freePorts(2);
  const port = options.port || Number(free);
  const uiPort = options.uiPort || Number(freeUi);
  const since = performance.now();
  const { process, logStart } = await startLogged(options, port, uiPort);
  const address = `127.0.0.1:${port}`;
  if ((await whenHealthy(address, process.exited, healthyWithinMs)) !== 'healthy') {
    await process.stop();
    return (await readFile(options.logFile)).subarray(logStart).toString().trim();
  }
  const uiUrl = `http://127.0.0.1:${uiPort}`;
  options.report(
    `Temporal answers on ${address} after ${((performance.now() - since) / 1000).toFixed(1)} s, Web UI ${uiUrl}`,
  );
  const { pid, exited, stop, kill } = process;
  return { address, uiUrl, pid, exited, stop, kill };
}

/** A first start lays out the database; on a busy machine that takes its time. */
const healthyWithinMs = 90_000;

async function startLogged(
  { binary, databaseFile, logFile }: StartOptions,
  port: number,
  uiPort: number,
): Promise<{ process: GuardedProcess; logStart: number }> {
  const log = await open(logFile, 'a');
  try {
    const { size: logStart } = await log.stat();
    return {
      process: await guardedProcess(binary, serverArguments(databaseFile, port, uiPort), { output: log.fd }),
      logStart,
    };
  } finally {
    await log.close();
  }
}

/**
 * The pragmas and limits are measured: 20 activities in a row take 0.25 s with them and 2.1 s without. Write-ahead
 * logging with NORMAL survives a killed process; a power cut may lose the last transactions, never damage the file.
 * The HTTP and metrics ports are free ones that the server takes itself. By the new matcher what waits in a queue is
 * handed out by its priority: large groups of trials first. What is new is written to one partition of its queue, as the
 * order holds within one only; what an earlier start left in others is read as well.
 */
function serverArguments(databaseFile: string, port: number, uiPort: number): string[] {
  const pragmas = ['journal_mode=wal', 'synchronous=normal'];
  const settings = [
    'system.enableActivityEagerExecution=true',
    'history.transferProcessorMaxPollRPS=1000',
    'matching.useNewMatcher=true',
    'matching.numTaskqueueWritePartitions=1',
  ];
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--db-filename', databaseFile, '--log-level', 'error'],
    ...pragmas.flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...settings.flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
}

function notStarted({ binary, logFile }: StartOptions, printed: string): WhetError {
  const lastLines = printed.split('\n').slice(-5).join(' / ') || 'nothing printed';
  const facts = { expected: `${binary} to start and answer`, came: `'${lastLines}' in ${logFile}` };
  return new WhetError('temporal.not-started', facts);
}
