import { join } from 'node:path';
import type { Ports } from '../../../activities/ports.ts';
import { openDatabase } from '../../../datasets/database.ts';
import { openStore } from '../../../storage/openStore.ts';
import { createPipelineWorker } from '../../../workers/pipelineWorker.ts';
import { connectWorker } from '../../../workers/temporal/connectWorker.ts';
import { quietRuntime } from '../../../workers/temporal/quietRuntime.ts';

/** A pipeline worker of its own, to be killed: node canaryWorker.ts STORE COPIES ADDRESS. */
const [location = '', copies = '', address = ''] = process.argv.slice(2);
quietRuntime();
const { connection, namespace } = await connectWorker(address, {});
const database = await openDatabase({ threads: 1, memoryLimitMb: 500, temporaryFolder: join(copies, 'spill') });
// Releases and rollouts take no more than these.
const ports = {
  store: openStore(location, copies),
  database,
  folder: copies,
  clock: () => Date.now(),
  plans: new Map(),
};
const worker = await createPipelineWorker({ connection, namespace }, ports satisfies Ports);
process.send?.('working');
process.once('disconnect', () => process.exit());
await worker.run();
