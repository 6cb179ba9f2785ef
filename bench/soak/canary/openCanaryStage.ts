import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { ObjectStore } from '../../../storage/objectStore.ts';
import { openStore } from '../../../storage/openStore.ts';
import { connectTemporal } from '../../../workers/temporal/connectTemporal.ts';
import { findTemporal } from '../../../workers/temporal/findTemporal.ts';
import { startTemporal } from '../../../workers/temporal/startTemporal.ts';
import type { CanaryServerMessage, Fault } from './canaryFault.ts';

/** A real release: Temporal, a pipeline worker and serving processes, each a process of its own, over one store. */
export interface CanaryStage {
  readonly store: ObjectStore;
  readonly client: Client;
  serve(count: number, fault: Fault): Promise<CanaryServers>;
  /** SIGKILL, and another in its place. */
  killWorker(): Promise<void>;
  close(): Promise<void>;
}

export interface CanaryServers {
  readonly urls: readonly string[];
  /** When the first injected fault came, milliseconds UTC; undefined before. */
  firstFault(): number | undefined;
  close(): Promise<void>;
}

export async function openCanaryStage(folder: string): Promise<CanaryStage> {
  const [location, copies] = [join(folder, 'store'), join(folder, 'copies')];
  const [databaseFile, logFile] = [join(folder, 'temporal.db'), join(folder, 'temporal.log')];
  const binary = await findTemporal(() => {});
  const server = await startTemporal({ binary, databaseFile, logFile, port: 0, uiPort: 0, report: () => {} });
  const { client, connection } = await connectTemporal(server.address, {});
  const children: ChildProcess[] = [];
  const start = (file: string, args: readonly string[]): ChildProcess => {
    const child = fork(join(import.meta.dirname, file), args, {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    return child;
  };
  const startWorker = async (): Promise<ChildProcess> => {
    const child = start('canaryWorker.ts', [location, copies, server.address]);
    await once(child, 'message');
    return child;
  };
  let worker = await startWorker();
  return {
    store: openStore(location, copies),
    client,
    async serve(count, fault) {
      let first: number | undefined;
      const started = Array.from({ length: count }, () =>
        start('canaryServer.ts', [location, copies, JSON.stringify(fault)]),
      );
      const urls = await Promise.all(
        started.map((child) =>
          urlOf(child, (at) => {
            first = Math.min(first ?? at, at);
          }),
        ),
      );
      return { urls, firstFault: () => first, close: () => Promise.all(started.map(ended)).then(() => undefined) };
    },
    async killWorker() {
      worker.kill('SIGKILL');
      worker = await startWorker();
    },
    async close() {
      await Promise.all(children.map(ended));
      await connection.close();
      await server.stop();
    },
  };
}

function urlOf(child: ChildProcess, failed: (at: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`a serving process ended with ${code}`)));
    child.on('message', (message: CanaryServerMessage) => {
      if (message.kind === 'serving') resolve(message.url);
      else failed(message.at);
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}
