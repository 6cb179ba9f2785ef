import { readFileSync } from 'node:fs';
import { WhetError } from '../core/errors.ts';
import { defaultLimits, type ServerOptions, type ServingLimits } from '../serving/serverOptions.ts';

const advice = 'Correct the file of limits; docs/operations.md lists them.';

/** What may be said of a serving process's care on the command line. */
export interface CareFlags {
  readonly keys?: string;
  readonly open?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly accessLog?: boolean;
  readonly limits?: string;
}

/** Keys, TLS, limits and the access log of a serving process. */
export type ServingCare = Pick<ServerOptions, 'keys' | 'open' | 'tls' | 'accessLog' | 'limits'>;

/**
 * The care that flags ask for. The access log goes to standard output. Throws `input.invalid` where half of TLS is missing or the file
 * of limits names what is none.
 */
export function servingCare({ keys, open, tlsCert, tlsKey, accessLog, limits }: CareFlags): ServingCare {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const came = `only ${tlsCert === undefined ? '--tls-key' : '--tls-cert'}`;
    throw new WhetError('input.invalid', { expected: 'both --tls-cert and --tls-key', came, todo: 'Give both files.' });
  }
  return {
    ...(keys === undefined ? {} : { keys }),
    ...(open === undefined ? {} : { open }),
    ...(tlsCert === undefined || tlsKey === undefined ? {} : { tls: { cert: tlsCert, key: tlsKey } }),
    ...(accessLog === true ? { accessLog: toStandardOutput } : {}),
    ...(limits === undefined ? {} : { limits: readLimits(limits) }),
  };
}

function readLimits(file: string): Partial<ServingLimits> {
  const value: unknown = parsed(file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(file, 'an object', value);
  for (const [name, limit] of Object.entries(value)) {
    if (!Object.hasOwn(defaultLimits, name)) throw invalid(file, `only ${Object.keys(defaultLimits).join(', ')}`, name);
    if (typeof limit !== 'number' || !(limit > 0)) throw invalid(file, `a number above 0 for ${name}`, limit);
  }
  return value;
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new WhetError('input.invalid', { expected: `JSON in ${file}`, came: String(error), todo: advice }, error);
  }
}

function invalid(file: string, expected: string, came: unknown): WhetError {
  return new WhetError('input.invalid', {
    expected: `${expected} in ${file}`,
    came: JSON.stringify(came),
    todo: advice,
  });
}

function toStandardOutput(line: string): void {
  process.stdout.write(`${line}\n`);
}
