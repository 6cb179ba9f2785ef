import { WhetError } from './errors.ts';

/** What a key may do: ask for scores, send labels, decide releases, read the metrics. */
export const keyRoles = ['predict', 'feedback', 'operate', 'metrics'] as const;
export type KeyRole = (typeof keyRoles)[number];

/** What a route takes: a key of one role, any key, or none. */
export type RouteRole = KeyRole | 'any' | 'none';

/** A key as the file of keys holds it: the key itself is known to its owner alone. */
export interface ApiKey {
  readonly name: string;
  readonly roles: readonly KeyRole[];
  /** In hexadecimal. Keys hold 256 random bits, so that no slow hash is needed to keep them from being guessed. */
  readonly sha256: string;
  /** ISO time. */
  readonly made: string;
}

/** The file of keys, `{ "keys": [...] }`. Throws `keys.invalid`, naming the key. */
export function parseApiKeys(value: unknown): readonly ApiKey[] {
  const keys = isRecord(value) ? value.keys : undefined;
  if (!Array.isArray(keys)) throw invalid('an object with a list "keys"', value);
  const parsed = keys.map(apiKey);
  const doubled = parsed.find(({ name }, at) => parsed.findIndex((other) => other.name === name) !== at);
  if (doubled !== undefined) throw invalid('each name once', doubled.name);
  return parsed;
}

function apiKey(value: unknown, at: number): ApiKey {
  if (!isRecord(value)) throw invalid(`an object as key ${at}`, value);
  const { name, roles, sha256, made } = value;
  if (typeof name !== 'string' || !keyName.test(name)) throw invalid(`a name of a-z, 0-9, - for key ${at}`, name);
  if (!Array.isArray(roles) || roles.length === 0) throw invalid(`roles of key '${name}'`, roles);
  const unknown: unknown = roles.find((role) => !keyRoles.includes(role));
  if (unknown !== undefined) throw invalid(`roles of ${keyRoles.join(', ')} for key '${name}'`, unknown);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) throw invalid(`a SHA-256 of key '${name}'`, sha256);
  if (typeof made !== 'string') throw invalid(`the time when key '${name}' was made`, made);
  return { name, roles, sha256, made };
}

/** What a key may be called. */
export const keyName = /^[a-z0-9][a-z0-9-]{0,62}$/;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(expected: string, came: unknown): WhetError {
  const shown = (JSON.stringify(came) ?? 'nothing').slice(0, 80);
  return new WhetError('keys.invalid', { expected: `${expected} in the file of keys`, came: shown });
}
