import { setTimeout as pause } from 'node:timers/promises';
import { backOffMs } from '../../core/deaths.ts';
import { type StartOptions, startTemporal, type TemporalServer } from './startTemporal.ts';

export interface KeptTemporal extends TemporalServer {
  /** How often it was started again. */
  restarts(): number;
  /** Tells of each new process. */
  onRestart(listener: (pid: number) => void): void;
}

/**
 * Starts Temporal, and again when it dies, on the same ports and the same file: clients and workers reconnect by
 * themselves. `pid` is the current process; `exited` resolves when it ended for good, after `stop` or `kill`.
 */
export async function keepTemporal(options: StartOptions): Promise<KeptTemporal> {
  const stopping = new AbortController();
  const listeners: ((pid: number) => void)[] = [];
  let server = await startTemporal(options);
  let restarts = 0;
  const { address, uiUrl } = server;
  const keep = async (): Promise<number | null> => {
    for (;;) {
      const code = await server.exited;
      if (stopping.signal.aborted) return code;
      options.report(`Temporal ended (${code === null ? 'by a signal' : `exit code ${code}`}) and is started again`);
      const next = await startAgain({ ...options, port: portOf(address), uiPort: portOf(uiUrl) }, stopping.signal);
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
  const kept = { address, uiUrl, pid: server.pid, exited, stop, kill, restarts: () => restarts, onRestart };
  return Object.defineProperty(kept, 'pid', current);
}

/** Tries until it runs, with growing pauses; undefined if the stop comes first. */
async function startAgain(options: StartOptions, stopping: AbortSignal): Promise<TemporalServer | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    await pause(backOffMs(attempt), undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return undefined;
    const server = await startTemporal(options).catch((error: unknown) => options.report(String(error)));
    if (server === undefined) continue;
    if (!stopping.aborted) return server;
    await server.stop();
    return undefined;
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
