import cluster from 'node:cluster';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { openServer } from '../serving/server.ts';
import { digestOf } from '../storage/digest.ts';
import { localDisk } from '../storage/localDisk.ts';
import { requireFreePort } from './freePort.ts';
import { closeGraphs, loadGraphs } from './loadGraphs.ts';
import { operateLater } from './operateLater.ts';
import { portMetrics } from './portMetrics.ts';
import type { RoleOptions, RunningRole } from './runningRole.ts';
import { startServingProcesses } from './servingProcesses.ts';

/** Serving, in this process or in several. Throws `port.taken` where another listens on its port. */
export async function startServingRole(options: RoleOptions): Promise<RunningRole> {
  const { port, grpcPort = 0, processes = 1 } = options;
  if (cluster.isWorker) return startServer(options);
  if (port !== 0) await requireFreePort(port, 'serving');
  if (grpcPort !== 0) await requireFreePort(grpcPort, 'serving over gRPC');
  return processes > 1 ? startServingProcesses(processes, options) : startServer(options);
}

async function startServer(options: RoleOptions): Promise<RunningRole> {
  const { workplace, address, host, port, grpcPort, keep, care, report } = options;
  const { version: engineVersion } = packageJson;
  // What is kept of one store is never taken for another's.
  const place = join(keep ?? join(workplace.cacheFolder, 'serving'), digestOf(workplace.storeLocation).slice(0, 16));
  const operate = operateLater(workplace.store, address);
  const graphs = await loadGraphs(workplace.folder, report);
  const server = await openServer({
    store: workplace.store,
    graphs,
    keep: localDisk(join(place, 'kept')),
    journal: join(place, 'journal'),
    host,
    port,
    ...(grpcPort === undefined ? {} : { grpcPort }),
    clock: () => Date.now(),
    engineVersion,
    operate,
    report,
    ...(cluster.isWorker ? { portMetrics: portMetrics() } : {}),
    ...care,
  });
  report(`serving on ${server.url}${server.grpc === undefined ? '' : `, gRPC on ${server.grpc}`}`);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const stop = async (): Promise<void> => {
    await server.close();
    await closeGraphs(graphs);
    await operate.close();
    resolve();
  };
  return { ended, stop };
}
