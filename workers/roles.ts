import { availableParallelism } from 'node:os';
import { openTrialPool } from '../models/trialPool.ts';
import packageJson from '../package.json' with { type: 'json' };
import { rollRoutingForward } from '../registry/routingCopy.ts';
import { openServer } from '../serving/server.ts';
import { dailyUpkeep } from './dailyUpkeep.ts';
import type { EngineRole } from './engineRoles.ts';
import { requireFreePort } from './freePort.ts';
import { openPorts } from './openPorts.ts';
import { createBatchWorker, createPipelineWorker } from './pipelineWorker.ts';
import { connectWorker } from './temporal/connectTemporal.ts';
import { quietRuntime } from './temporal/quietRuntime.ts';
import { createTrainerWorker } from './trainerWorker.ts';
import type { Workplace } from './workplace.ts';

/** A role at work in this process. */
export interface RunningRole {
  /** Resolves when the role ended by itself, rejects when it failed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface RoleOptions {
  readonly workplace: Workplace;
  /** Temporal's address; serving needs none. */
  readonly address: string | undefined;
  /** For serving: where to listen. */
  readonly host: string;
  readonly port: number;
  readonly report: (line: string) => void;
}

export function startRole(role: EngineRole, options: RoleOptions): Promise<RunningRole> {
  if (role !== 'serving') quietRuntime();
  return { pipeline: startPipelineRole, trainer: startTrainerRole, serving: startServingRole }[role](options);
}

async function startPipelineRole({ workplace, address, report }: RoleOptions): Promise<RunningRole> {
  const ports = await openPorts(workplace);
  for (const pipeline of ports.plans.keys()) await rollRoutingForward(workplace.store, pipeline);
  const { connection, namespace } = await connectWorker(address);
  const options = { connection, namespace };
  const workers = await Promise.all([createPipelineWorker(options, ports), createBatchWorker(options, ports)]);
  const running = workers.map((worker) => worker.run());
  const upkeep = dailyUpkeep({ workplace, clock: Date.now, report });
  const stop = async (): Promise<void> => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(running);
  };
  // One that failed takes the other with it: a role works whole or not at all.
  const ended = Promise.all(running)
    .finally(stop)
    .then(() => undefined)
    .finally(async () => {
      await upkeep.stop();
      await connection.close();
      ports.database.close();
    });
  return { ended, stop: () => stop().then(() => ended) };
}

async function startTrainerRole({ workplace, address }: RoleOptions): Promise<RunningRole> {
  const processes = availableParallelism();
  const pool = openTrialPool({ store: workplace.storeLocation, cacheFolder: workplace.cacheFolder, processes });
  const { connection, namespace } = await connectWorker(address);
  const worker = await createTrainerWorker({ connection, namespace }, { store: workplace.store, pool }, processes);
  const ended = worker.run().finally(async () => {
    await pool.close();
    await connection.close();
  });
  return { ended, stop: () => stopWorker(worker, ended) };
}

async function startServingRole({ workplace, host, port, report }: RoleOptions): Promise<RunningRole> {
  if (port !== 0) await requireFreePort(port, 'serving');
  const { version: engineVersion } = packageJson;
  const server = await openServer({
    store: workplace.store,
    host,
    port,
    clock: () => Date.now(),
    engineVersion,
    report,
  });
  report(`serving on ${server.url}`);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  return { ended, stop: () => server.close().then(resolve) };
}

async function stopWorker(worker: { shutdown(): void; getState(): string }, ended: Promise<void>): Promise<void> {
  if (worker.getState() === 'RUNNING') worker.shutdown();
  await ended;
}
