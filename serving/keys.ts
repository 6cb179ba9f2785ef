import { hash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ApiKey, parseApiKeys, type RouteRole } from '../core/apiKeys.ts';
import { WhetError } from '../core/errors.ts';
import { followFile } from './followFile.ts';
import type { ServerOptions } from './serverOptions.ts';

/** Who may ask for what, whatever protocol the request came by. */
export interface Keys {
  /**
   * The name of the caller's key; undefined where none is needed. `authorization` is the header, `Bearer <key>`. Throws `key.missing`,
   * `key.unknown`, `key.wrong-role`.
   */
  check(authorization: string | undefined, role: RouteRole): string | undefined;
  close(): void;
}

/**
 * The keys that a server is opened with; without a file of them all requests may do all. Throws `server.unprotected` where other machines
 * could ask then and nobody has said that they may.
 */
export function keysOf({ host, keys, open }: ServerOptions, report: (line: string) => void): Keys {
  if (keys !== undefined) return openKeys(keys, report);
  if (open === true || host === undefined || ownHosts.has(host)) return noKeys;
  throw new WhetError('server.unprotected', { expected: 'a file of keys for a server that others reach', came: host });
}

const ownHosts: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
const noKeys: Keys = { check: () => undefined, close: () => undefined };

/**
 * The keys of a file, which is read again when it changes; one that cannot be read then leaves the keys as they were. Throws
 * `keys.invalid` where it cannot be read at the start.
 */
function openKeys(file: string, report: (line: string) => void): Keys {
  let known = readKeys(file);
  const following = followFile([file], report, () => {
    known = readKeys(file);
    report(`the keys of ${file} have changed: ${known.map(({ key }) => key.name).join(', ') || 'none is left'}`);
  });
  return {
    check(authorization, role) {
      if (role === 'none') return undefined;
      const key = keyOf(known, authorization);
      if (role === 'any' || key.roles.includes(role)) return key.name;
      const came = `'${key.name}', of ${key.roles.join(', ')}`;
      throw new WhetError('key.wrong-role', { expected: `a key of the role ${role}`, came });
    },
    close: () => following.close(),
  };
}

interface KnownKey {
  readonly key: ApiKey;
  readonly sha256: Buffer;
}

function readKeys(file: string): readonly KnownKey[] {
  try {
    const keys = parseApiKeys(JSON.parse(readFileSync(file, 'utf8')));
    return keys.map((key) => ({ key, sha256: Buffer.from(key.sha256, 'hex') }));
  } catch (error) {
    if (error instanceof WhetError) throw error;
    throw new WhetError('keys.invalid', { expected: `JSON in ${file}`, came: String(error) }, error);
  }
}

function keyOf(known: readonly KnownKey[], authorization: string | undefined): ApiKey {
  if (authorization === undefined) throw missing('none');
  const [scheme, token = ''] = authorization.split(' ', 2);
  if (scheme?.toLowerCase() !== 'bearer' || token === '') throw missing('another kind of authorization');
  const found = equalKey(known, hash('sha256', token, 'buffer'));
  if (found === undefined)
    throw new WhetError('key.unknown', { expected: 'a key of this server', came: 'another one' });
  return found;
}

/** All are compared, each in the same time: neither the bytes nor the place of a key can be learnt from a stopwatch. */
function equalKey(known: readonly KnownKey[], sha256: Buffer): ApiKey | undefined {
  let found: ApiKey | undefined;
  for (const each of known) if (timingSafeEqual(each.sha256, sha256)) found = each.key;
  return found;
}

function missing(came: string): WhetError {
  return new WhetError('key.missing', { expected: 'the header Authorization: Bearer <key>', came });
}
