import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { canonicalJson } from '../core/canonicalJson.ts';

/** SHA-256 in hexadecimal. */
export function digestOf(bytes: Uint8Array | string): string {
  // Twice as fast on short texts as an object that is updated: keys are made by the thousand.
  return hash('sha256', bytes, 'hex');
}

/** SHA-256 of a value's canonical JSON: its identity. */
export function digestOfValue(value: unknown): string {
  return digestOf(canonicalJson(value));
}

export async function digestOfFile(path: string): Promise<string> {
  const hashing = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 19 })) hashing.update(chunk);
  return hashing.digest('hex');
}
