import type { Ports } from '../../../activities/ports.ts';
import { openStore } from '../../../storage/openStore.ts';
import { createPipelineWorker } from '../../../workers/pipelineWorker.ts';
import { connectWorker } from '../../../workers/temporal/connectWorker.ts';
import { quietRuntime } from '../../../workers/temporal/quietRuntime.ts';

/** A pipeline worker of its own, to be killed: node canaryWorker.ts STORE COPIES ADDRESS. */
const [location = '', copies = '', address = ''] = process.argv.slice(2);
quietRuntime();
const { connection, namespace } = await connectWorker(address, {});
// Releases and rollouts take a store and a clock alone.
const ports = { store: openStore(location, copies), clock: () => Date.now(), plans: new Map() } as unknown as Ports;
const worker = await createPipelineWorker({ connection, namespace }, ports);
process.send?.('working');
process.once('disconnect', () => process.exit());
await worker.run();
