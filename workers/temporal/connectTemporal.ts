import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import { WhetError } from '../../core/errors.ts';

export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  readonly address: string;
}

export interface TemporalWorkerConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly address: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

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

/** The same for a worker's process. */
export async function connectWorker(
  address?: string,
  environment: Environment = process.env,
): Promise<TemporalWorkerConnection> {
  const target = targetOf(address, environment);
  const connecting = NativeConnection.connect(target.options);
  const connection = await connecting.catch((error: unknown) => unreachable(target.address, error));
  return { connection, namespace: target.namespace, address: target.address };
}

/** Whether the environment names a server, so that none is to be started. */
export function namesTemporal(environment: Environment = process.env): boolean {
  return ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some(
    (name) => (environment[name] ?? '') !== '',
  );
}

const connectTimeoutMs = 5_000;

interface Target {
  readonly address: string;
  readonly namespace: string;
  readonly options: NativeConnectionOptions;
}

function targetOf(given: string | undefined, environment: Environment): Target {
  if (namesTemporal(environment)) return targetOfEnvironment(environment);
  if (given !== undefined) return { address: given, namespace: 'default', options: { address: given } };
  const facts = {
    expected: 'the address of a Temporal server',
    came: 'none: TEMPORAL_ADDRESS is not set and no engine runs',
  };
  throw new WhetError('temporal.unreachable', {
    ...facts,
    todo: 'Start the engine with `whet up`, or set TEMPORAL_ADDRESS.',
  });
}

function targetOfEnvironment(environment: Environment): Target {
  const variables = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { connectionOptions, namespace = 'default' } = loaded(Object.fromEntries(variables));
  const address = connectionOptions.address ?? 'localhost:7233';
  return { address, namespace, options: { ...defined(connectionOptions), address } };
}

function loaded(overrideEnvVars: Record<string, string>): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig({ overrideEnvVars });
  } catch (error) {
    const facts = {
      expected: "Temporal's environment variables and configuration file to be readable",
      came: String(error),
    };
    throw new WhetError(
      'input.invalid',
      { ...facts, todo: 'Correct TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE or the file.' },
      error,
    );
  }
}

/** The loader sets what is not configured to undefined, which the connection takes for a value. */
function defined(options: NativeConnectionOptions): NativeConnectionOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function unreachable(address: string, error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new WhetError(
    'temporal.unreachable',
    { expected: `Temporal to answer on ${address}`, came: `'${reason}'` },
    error,
  );
}
