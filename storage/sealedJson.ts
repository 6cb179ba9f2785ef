import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonicalJson.ts';
import { WhetError } from '../core/errors.ts';

/**
 * A value as canonical JSON whose last field is a seal over all that is before it, so that a bit that flips is seen by
 * whoever reads it: `{"a":1,"seal":"sha256-<base64>"}`. The file stays JSON for every other tool.
 */
export function sealedJson(value: object): Uint8Array {
  const plain = canonicalJson(value);
  if (!plain.startsWith('{')) throw new TypeError('Expected an object: a list has no place for a seal.');
  const between = plain === '{}' ? '' : ',';
  return Buffer.from(`${plain.slice(0, -1)}${between}"seal":"${sealOf(plain)}"}`);
}

/**
 * The value in the bytes of a key, without its seal. Bytes that never had one are taken as they are: they were written
 * by hand, or before there were seals. Throws `storage.damaged`.
 */
export function openJson<T>(key: string, bytes: Uint8Array): T {
  const text = Buffer.from(unsealed(key, bytes)).toString();
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw damaged(key, 'JSON', String(error), error);
  }
}

/** As `openJson`, for what may be lost without harm: undefined where it is damaged. */
export function openHint<T>(key: string, bytes: Uint8Array): T | undefined {
  try {
    return openJson<T>(key, bytes);
  } catch (error) {
    if (error instanceof WhetError && error.code === 'storage.damaged') return undefined;
    throw error;
  }
}

/** Whether bytes end in a seal, sound or not. */
export function isSealed(bytes: Uint8Array): boolean {
  const end = endOf(bytes);
  // Either half tells: no single flipped bit can make a sealed document look like one that never was.
  return end.includes('"seal"') || end.includes('sha256-');
}

function unsealed(key: string, bytes: Uint8Array): Uint8Array {
  if (!isSealed(bytes)) return bytes;
  const [tail, seal] = /,?"seal":"(sha256-[A-Za-z0-9+/]{43}=)"\}$/.exec(endOf(bytes)) ?? [];
  if (tail === undefined) throw damaged(key, 'a sound seal', 'a broken one');
  const plain = Buffer.concat([bytes.subarray(0, bytes.length - tail.length), Buffer.from('}')]);
  const came = sealOf(plain);
  if (came !== seal) throw damaged(key, String(seal), came);
  return plain;
}

/** As long as a seal with its comma, its name and the brace. */
const sealLength = 62;

function endOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(-sealLength)).toString('latin1');
}

function sealOf(plain: string | Uint8Array): string {
  return `sha256-${createHash('sha256').update(plain).digest('base64')}`;
}

function damaged(key: string, expected: string, came: string, cause?: unknown): WhetError {
  return new WhetError('storage.damaged', { expected: `${expected} in ${key}`, came }, cause);
}
