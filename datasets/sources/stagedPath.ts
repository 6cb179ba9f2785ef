import { statSync } from 'node:fs';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { objectKey } from '../../storage/objects.ts';

/**
 * A staged object as a file on this machine, with the bytes that its digest tells. Every hour of a source asks for the
 * same files: one that was hashed less than a minute ago, and is as it was by the file system, is not hashed again.
 * Throws `storage.missing`, `storage.damaged`.
 */
export async function stagedPath(store: ObjectStore, digest: string): Promise<string> {
  const checks = checksOf.get(store) ?? new Map<string, Check>();
  checksOf.set(store, checks);
  const before = checks.get(digest);
  if (before !== undefined && isRecent(before) && isAsItWas(await before.done)) return (await before.done).path;
  const check: Check = { atMs: Date.now(), done: checked(store, digest) };
  checks.delete(digest);
  checks.set(digest, check);
  forgetOld(checks);
  try {
    return (await check.done).path;
  } catch (error) {
    checks.delete(digest);
    throw error;
  }
}

interface Check {
  readonly atMs: number;
  readonly done: Promise<CheckedFile>;
}

interface CheckedFile {
  readonly path: string;
  /** What the file system said; undefined of a file that may change once more and have the same said of it. */
  readonly stamp: string | undefined;
}

const checksOf = new WeakMap<ObjectStore, Map<string, Check>>();
const recentMs = 60_000;

/** Coarser than the steps of the clocks of file systems that have links, as a store needs them. */
const stepMs = 100;

async function checked(store: ObjectStore, digest: string): Promise<CheckedFile> {
  const settledMs = Date.now() - stepMs;
  const path = await store.file(objectKey(digest));
  const { id, changedMs } = stampOf(path) ?? { id: undefined, changedMs: 0 };
  return { path, stamp: changedMs < settledMs ? id : undefined };
}

/** They lie in the order in which they were made. */
function forgetOld(checks: Map<string, Check>): void {
  for (const [digest, check] of checks) {
    if (isRecent(check)) return;
    checks.delete(digest);
  }
}

function isRecent({ atMs }: Check): boolean {
  return Date.now() - atMs < recentMs;
}

function isAsItWas({ path, stamp }: CheckedFile): boolean {
  return stamp !== undefined && stampOf(path)?.id === stamp;
}

function stampOf(path: string) {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const { size, mtimeNs, ctimeNs, ino } = stats;
  return { id: `${size}.${mtimeNs}.${ctimeNs}.${ino}`, changedMs: Number(ctimeNs / 1_000_000n) };
}
