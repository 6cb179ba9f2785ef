import { availableParallelism } from 'node:os';
import type { Worker } from '@temporalio/worker';
import { gpuTrainerQueue, trainerQueue } from '../core/taskQueues.ts';
import { gpuBackend } from '../models/backends/pickBackend.ts';
import { openTrialPool, type TrialPool } from '../models/trialPool.ts';
import { rollRoutingForward } from '../registry/routingCopy.ts';
import { dailyUpkeep } from './dailyUpkeep.ts';
import type { EngineRole } from './engineRoles.ts';
import { openPorts } from './openPorts.ts';
import { createBatchWorker, createPipelineWorker } from './pipelineWorker.ts';
import type { RoleOptions, RunningRole } from './runningRole.ts';
import { startServingRole } from './servingRole.ts';
import { connectWorker } from './temporal/connectWorker.ts';
import { quietRuntime } from './temporal/quietRuntime.ts';
import { createTrainerWorker } from './trainerWorker.ts';

export function startRole(role: EngineRole, options: RoleOptions): Promise<RunningRole> {
  if (role !== 'serving') quietRuntime(options);
  return { pipeline: startPipelineRole, trainer: startTrainerRole, serving: startServingRole }[role](options);
}

async function startPipelineRole({ workplace, address, report }: RoleOptions): Promise<RunningRole> {
  const ports = await openPorts(workplace);
  for (const pipeline of ports.plans.keys()) await rollRoutingForward(workplace.store, pipeline);
  const { connection, namespace } = await connectWorker(address);
  const options = { connection, namespace };
  const workers = await Promise.all([createPipelineWorker(options, ports), createBatchWorker(options, ports)]);
  const upkeep = dailyUpkeep({ workplace, clock: Date.now, report });
  return runTogether(workers, async () => {
    await upkeep.stop();
    await connection.close();
    ports.database.close();
  });
}

async function startTrainerRole({ workplace, address, report }: RoleOptions): Promise<RunningRole> {
  const lines = await trainerLines(report);
  const { connection, namespace } = await connectWorker(address);
  const { storeLocation: store, cacheFolder, folder } = workplace;
  const pools = lines.map(({ processes }) => openTrialPool({ store, cacheFolder, folder, processes }));
  const workers = await Promise.all(
    lines.map(({ queue, processes }, at) => {
      const ports = { store: workplace.store, pool: pools[at] as TrialPool };
      return createTrainerWorker({ connection, namespace }, ports, queue, processes);
    }),
  );
  return runTogether(workers, async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await connection.close();
  });
}

interface TrainerLine {
  readonly queue: string;
  readonly processes: number;
}

/** As many trials at once as cores; beside them one on the GPU, where there is one that a backend can use. */
async function trainerLines(report: (line: string) => void): Promise<TrainerLine[]> {
  const onCores = { queue: trainerQueue, processes: availableParallelism() };
  const gpu = await gpuBackend();
  if (gpu === undefined) return [onCores];
  report(`trains on the GPU with ${gpu}`);
  return [onCores, { queue: gpuTrainerQueue, processes: 1 }];
}

/** Runs workers until all are told to stop; one that fails takes the others with it: a role works whole or not at all. */
function runTogether(workers: readonly Worker[], close: () => Promise<void>): RunningRole {
  const running = workers.map((worker) => worker.run());
  const stop = async (): Promise<void> => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(running);
  };
  const ended = Promise.all(running)
    .finally(stop)
    .finally(close)
    .then(() => undefined);
  return { ended, stop: () => stop().then(() => ended) };
}
