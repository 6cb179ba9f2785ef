import { NativeConnection } from '@temporalio/worker';
import { type Environment, targetOf, unreachable } from './temporalTarget.ts';

export interface TemporalWorkerConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly address: string;
}

/** As `connectTemporal`, for a worker's process: it loads the worker's own core, which a client does without. */
export async function connectWorker(
  address?: string,
  environment: Environment = process.env,
): Promise<TemporalWorkerConnection> {
  const target = targetOf(address, environment);
  const connecting = NativeConnection.connect(target.options);
  const connection = await connecting.catch((error: unknown) => unreachable(target.address, error));
  return { connection, namespace: target.namespace, address: target.address };
}
