import { Client, Connection } from '@temporalio/client';
import { type Environment, targetOf, unreachable } from './temporalTarget.ts';

export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  readonly address: string;
}

/**
 * A client of Temporal. Where the environment names a server (`TEMPORAL_ADDRESS`, or a profile or file of Temporal's
 * own configuration), that one is used, with its namespace, TLS and API key; else the given address.
 * Throws `temporal.unreachable`.
 */
export async function connectTemporal(
  address?: string,
  environment: Environment = process.env,
): Promise<TemporalClient> {
  const target = targetOf(address, environment);
  const connecting = Connection.connect({ ...target.options, connectTimeout: connectTimeoutMs });
  const connection = await connecting.catch((error: unknown) => unreachable(target.address, error));
  const { namespace } = target;
  return { client: new Client({ connection, namespace }), connection, namespace, address: target.address };
}

const connectTimeoutMs = 5_000;
