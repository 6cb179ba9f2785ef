import { setTimeout as pause } from 'node:timers/promises';
import { backOffMs } from '../../core/deaths.ts';
import { type StartOptions, startTemporal, type TemporalServer } from './startTemporal.ts';

export interface KeptTemporal extends TemporalServer {
  /** How often it was started again. */
  restarts(): number;
  /** Tells of each new process. */
  onRestart(listener: (pid: number) => void): void;
  /** Tells that it could not be started again in as many attempts as `mostStarts`, and why not. */
  onGivenUp(listener: (error: unknown) => void): void;
}

export interface KeepOptions extends StartOptions {
  /** Left out: it is tried for ever, with ten seconds between. */
  readonly mostStarts?: number;
}

/**
 * Starts Temporal, and again when it dies, on the same ports and the same file: clients and workers reconnect by
 * themselves. `pid` is the current process; `exited` resolves when it ended for good, after `stop` or `kill`.
 */
export async function keepTemporal(options: KeepOptions): Promise<KeptTemporal> {
  const stopping = new AbortController();
  const listeners: ((pid: number) => void)[] = [];
  const givenUpListeners: ((error: unknown) => void)[] = [];
  const giveUp = (error: unknown): undefined => {
    for (const listener of givenUpListeners) listener(error);
  };
  let server = await startTemporal(options);
  let restarts = 0;
  const { address, uiUrl } = server;
  const keep = async (): Promise<number | null> => {
    for (;;) {
      const code = await server.exited;
      if (stopping.signal.aborted) return code;
      options.report(`Temporal ended (${code === null ? 'by a signal' : `exit code ${code}`}) and is started again`);
      const again = { ...options, port: portOf(address), uiPort: portOf(uiUrl) };
      const next = await startAgain(again, stopping.signal).catch(giveUp);
      if (next === undefined) return code;
      server = next;
      restarts += 1;
      for (const listener of listeners) listener(next.pid);
    }
  };
  const exited = keep();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await server.stop();
    await exited;
  };
  const kill = (): void => {
    stopping.abort();
    server.kill();
  };
  const onRestart = (listener: (pid: number) => void): void => void listeners.push(listener);
  const current = { get: () => server.pid, enumerable: true };
  const onGivenUp = (listener: (error: unknown) => void): void => void givenUpListeners.push(listener);
  const kept = { address, uiUrl, pid: server.pid, exited, stop, kill, restarts: () => restarts, onRestart, onGivenUp };
  return Object.defineProperty(kept, 'pid', current);
}

/** Tries until it runs, with growing pauses; undefined if the stop comes first. Throws why the last attempt failed. */
async function startAgain(options: KeepOptions, stopping: AbortSignal): Promise<TemporalServer | undefined> {
  const { mostStarts = Number.POSITIVE_INFINITY } = options;
  for (let attempt = 1; ; attempt += 1) {
    await pause(backOffMs(attempt), undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return undefined;
    const server = await startTemporal(options).catch((error: unknown) => {
      if (attempt >= mostStarts) throw error;
      options.report(String(error));
    });
    if (server === undefined) continue;
    if (!stopping.aborted) return server;
    await server.stop();
    return undefined;
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
