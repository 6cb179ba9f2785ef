import type { LedgerEntry } from '../core/ledger.ts';
import { broken, type DigestedEntry, verifyChain } from '../core/ledgerRules.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { readJson } from '../storage/objects.ts';

/**
 * The whole ledger, every entry read where it lies and the chain verified: for whoever looks whether all is well. All
 * others read it by `readLedger`. Throws `ledger.broken`, naming the entry.
 */
export async function everyEntry(store: ObjectStore, pipeline: string): Promise<DigestedEntry[]> {
  const held = await entriesBetween(store, pipeline, 1, await lastListed(store, pipeline));
  verifyChain(held);
  return held;
}

/** The entries from `first` to `last`, all of which must be there; their links are not verified. Throws `ledger.broken`. */
export function entriesBetween(
  store: ObjectStore,
  pipeline: string,
  first: number,
  last: number,
): Promise<DigestedEntry[]> {
  const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  return concurrently(all, storeHands, (n) => requireEntry(store, pipeline, n));
}

/** An entry that must be there. Throws `ledger.broken`. */
export async function requireEntry(store: ObjectStore, pipeline: string, n: number): Promise<DigestedEntry> {
  const held = await entryAt(store, pipeline, n);
  if (held === undefined) throw broken(n, 'an entry', 'none');
  return held;
}

/** The entry of that number, or undefined. Throws `ledger.broken` where another lies in its place. */
export async function entryAt(store: ObjectStore, pipeline: string, n: number): Promise<DigestedEntry | undefined> {
  const entry = await readJson<LedgerEntry>(store, entryKey(pipeline, n));
  if (entry === undefined) return undefined;
  if (entry.n !== n) throw broken(n, `the number ${n}`, `${entry.n}`);
  return { entry, digest: digestOfValue(entry) };
}

/** The largest number that is listed; 0 where there is none. */
export async function lastListed(store: ObjectStore, pipeline: string): Promise<number> {
  const listed = await store.list(`${folderOf(pipeline)}/`);
  return listed.reduce((last, key) => Math.max(last, numberIn(key)), 0);
}

export function entryKey(pipeline: string, n: number): string {
  return `${folderOf(pipeline)}/${n}.json`;
}

function folderOf(pipeline: string): string {
  return `models/${pipeline}/ledger`;
}

function numberIn(key: string): number {
  return Number(/\/(\d+)\.json$/.exec(key)?.[1] ?? 0);
}
