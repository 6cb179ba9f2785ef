import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { canonicalJson } from '../core/canonicalJson.ts';

/** SHA-256 in hexadecimal. */
export function digestOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 of a value's canonical JSON: its identity. */
export function digestOfValue(value: unknown): string {
  return digestOf(canonicalJson(value));
}

export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 17 })) hash.update(chunk);
  return hash.digest('hex');
}
