import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { bundleWorkflows } from '../workers/bundleWorkflows.ts';
import { connectTemporal } from '../workers/temporal/connectTemporal.ts';
import { connectWorker } from '../workers/temporal/connectWorker.ts';
import { findTemporal } from '../workers/temporal/findTemporal.ts';
import { quietRuntime } from '../workers/temporal/quietRuntime.ts';
import { startTemporal } from '../workers/temporal/startTemporal.ts';

export interface DurableSteps {
  /** Milliseconds a step, of one workflow of 20 in a row. */
  measure(): Promise<number>;
  close(): Promise<void>;
}

const taskQueue = 'bench';
const count = 20;

/** The embedded server as the engine starts it, a worker in this process, and a workflow of steps that do nothing. */
export async function openDurableSteps(report: (line: string) => void): Promise<DurableSteps> {
  quietRuntime();
  const scratch = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  const server = await startTemporal({
    binary: await findTemporal(report),
    databaseFile: join(scratch, 'temporal.db'),
    logFile: join(scratch, 'temporal.log'),
    port: 0,
    uiPort: 0,
    report,
  });
  const { connection, namespace } = await connectWorker(server.address, {});
  const { client, connection: clientConnection } = await connectTemporal(server.address, {});
  const workflowBundle = await bundleWorkflows(new URL('./stepWorkflow.ts', import.meta.url));
  const activities = { noop: async () => undefined };
  const worker = await Worker.create({ connection, namespace, taskQueue, workflowBundle, activities });
  const running = worker.run();
  return {
    async measure() {
      const started = performance.now();
      await client.workflow.execute('steps', { workflowId: randomUUID(), taskQueue, args: [{ count }] });
      return (performance.now() - started) / count;
    },
    async close() {
      worker.shutdown();
      await running;
      await Promise.all([connection.close(), clientConnection.close()]);
      await server.stop();
      await rm(scratch, { recursive: true });
    },
  };
}
