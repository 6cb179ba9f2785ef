import { Client, Connection } from '@temporalio/client';
import { type Environment, type Target, targetOf, unreachable } from './temporalTarget.ts';

export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  readonly address: string;
}

/** How long a server is waited for that does not answer yet. */
export interface Patience {
  readonly withinMs: number;
  /** Is told now and then that it is still waited for. */
  readonly report: (line: string) => void;
  /** From one line to the next; 5 s when left out. */
  readonly everyMs?: number;
}

/**
 * A client of Temporal. Where the environment names a server (`TEMPORAL_ADDRESS`, or a profile or file of Temporal's
 * own configuration), that one is used, with its namespace, TLS and API key; else the given address.
 * Without patience it must answer within 5 s. Throws `temporal.unreachable`, at once where the server turns the client away.
 */
export async function connectTemporal(
  address?: string,
  environment: Environment = process.env,
  patience: Patience = impatient,
): Promise<TemporalClient> {
  const target = targetOf(address, environment);
  const connection = await connected(target, patience);
  const { namespace } = target;
  return { client: new Client({ connection, namespace }), connection, namespace, address: target.address };
}

const impatient: Patience = { withinMs: 5_000, report: () => undefined };

/** The channel tries again by itself until the time is up. */
async function connected(
  { address, options }: Target,
  { withinMs, report, everyMs = 5_000 }: Patience,
): Promise<Connection> {
  const connection = Connection.lazy({ ...options, connectTimeout: withinMs });
  const since = performance.now();
  const telling = setInterval(() => {
    const seconds = Math.round((performance.now() - since) / 1_000);
    report(`Temporal does not answer on ${address} yet: ${seconds} s of ${withinMs / 1_000}`);
  }, everyMs);
  try {
    await connection.ensureConnected();
    return connection;
  } catch (error) {
    await connection.close();
    return unreachable(address, error);
  } finally {
    clearInterval(telling);
  }
}
