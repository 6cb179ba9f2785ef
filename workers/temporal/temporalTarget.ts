import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { WhetError } from '../../core/errors.ts';

/** What names a Temporal server, beside an address that is given: `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Target {
  readonly address: string;
  readonly namespace: string;
  readonly options: NativeConnectionOptions;
}

/** Where Temporal is: what the environment names, else the address given. Throws `temporal.unreachable`, `input.invalid`. */
export function targetOf(given: string | undefined, environment: Environment): Target {
  if (namesTemporal(environment)) return targetOfEnvironment(environment);
  if (given !== undefined) return { address: given, namespace: 'default', options: { address: given } };
  const facts = {
    expected: 'the address of a Temporal server',
    came: 'none: no address was given, and TEMPORAL_ADDRESS is not set',
  };
  throw new WhetError('temporal.unreachable', {
    ...facts,
    todo: 'Use what `whet up` starts, or name a server: TEMPORAL_ADDRESS, or whet serve --temporal HOST:PORT.',
  });
}

/** Whether the environment names a server, so that none is to be started. */
export function namesTemporal(environment: Environment = process.env): boolean {
  return ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some(
    (name) => (environment[name] ?? '') !== '',
  );
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

/** The error for a server that does not answer. */
export function unreachable(address: string, error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new WhetError(
    'temporal.unreachable',
    { expected: `Temporal to answer on ${address}`, came: `'${reason}'` },
    error,
  );
}
