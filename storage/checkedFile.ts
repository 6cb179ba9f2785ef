import { WhetError } from '../core/errors.ts';
import { digestOfFile } from './digest.ts';
import type { ObjectStore } from './objectStore.ts';
import { createJson, readJson } from './objects.ts';

/**
 * Stores a file once, and beside it the SHA-256 of the bytes that are under the key, whoever brought them: for files
 * that lie under a key of their own and have no place for a seal.
 */
export async function createCheckedFile(store: ObjectStore, key: string, path: string): Promise<void> {
  const isMine = await store.createFromFile(key, path);
  const stored = isMine ? await digestOfFile(path) : await store.digest(key);
  if (stored !== undefined) await createJson(store, sumKey(key), { sha256: stored } satisfies Sum);
}

/** A stored file, checked against what was noted beside it. Throws `storage.missing`, `storage.damaged`. */
export async function checkedFile(store: ObjectStore, key: string): Promise<string> {
  const path = await store.file(key);
  requireSum(key, await readJson<Sum>(store, sumKey(key)), await digestOfFile(path));
  return path;
}

/** What is noted beside a file. */
export interface Sum {
  readonly sha256: string;
}

export function sumKey(key: string): string {
  return `${key}.sum.json`;
}

/** Throws `storage.damaged`. Where nothing was noted, nothing is known. */
export function requireSum(key: string, sum: Sum | undefined, came: string | undefined): void {
  if (sum === undefined || sum.sha256 === came) return;
  throw new WhetError('storage.damaged', { expected: `SHA-256 ${sum.sha256}`, came: `${came ?? 'nothing'} in ${key}` });
}
