import type { Client, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { failures } from '../../activities/failures.ts';
import { batchQueue, pipelineQueue, trainerQueue } from '../../core/taskQueues.ts';
import { bundleWorkflows } from '../../workers/bundleWorkflows.ts';
import { connectTemporal } from '../../workers/temporal/connectTemporal.ts';
import { connectWorker } from '../../workers/temporal/connectWorker.ts';
import { withTemporal } from '../temporalServer.ts';
import { type FakeStages, fakeStages } from './fakeStages.ts';

export interface Stories {
  /** Of the server. */
  readonly address: string;
  readonly client: Client;
  readonly stages: FakeStages;
  readonly bundle: WorkflowBundle;
  stop(): Promise<void>;
}

/** A server of its own with workers that run the engine's workflows over fake stages: once per test file. */
export async function startStories(): Promise<Stories> {
  silence();
  const [server, bundle] = await Promise.all([withTemporal(), bundleWorkflows()]);
  const stages = fakeStages();
  const { client, connection } = await connectTemporal(server.address, {});
  const { connection: workers, namespace } = await connectWorker(server.address, {});
  const shared = {
    ...{ connection: workers, namespace, identity: 'a test', activities: stages.activities },
    interceptors: { activity: [() => ({ inbound: failures })] },
    maxHeartbeatThrottleInterval: 50,
    shutdownForceTime: 5_000,
  };
  const started = await Promise.all([
    Worker.create({ ...shared, taskQueue: pipelineQueue, workflowBundle: bundle }),
    Worker.create({ ...shared, taskQueue: trainerQueue }),
    Worker.create({ ...shared, taskQueue: batchQueue }),
  ]);
  const running = Promise.all(started.map((worker) => worker.run()));
  const stop = async (): Promise<void> => {
    for (const worker of started) worker.shutdown();
    await running;
    await Promise.all([workers.close(), connection.close()]);
    await server.stop();
  };
  return { address: server.address, client, stages, bundle, stop };
}

/** Failures are what these tests are about: they are no news. */
export function silence(): void {
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { filter, forward: {} } } });
}

/** The Markdown that the Web UI shows of a workflow. */
export async function detailsOf(handle: WorkflowHandle): Promise<string> {
  const metadata = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails;
}

/** What a workflow or an update failed with, below all that Temporal wraps around it. */
export async function rootOf(failing: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await failing.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  let root = error;
  while (root instanceof Error && !(root instanceof ApplicationFailure)) root = root.cause;
  if (root instanceof ApplicationFailure) return root;
  throw new Error('expected a failure of the application', { cause: error });
}
