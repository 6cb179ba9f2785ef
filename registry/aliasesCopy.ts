import type { Aliases, LedgerEntry } from '../core/ledger.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { openHint, sealedJson } from '../storage/sealedJson.ts';

/** `models/<pipeline>/aliases.json`: a copy of what entry `n` of the ledger says, so that readers need not walk it. */
export interface AliasesCopy {
  readonly n: number;
  readonly aliases: Aliases;
  readonly routing: LedgerEntry['routing'];
}

/**
 * Rolls the copy forward to an entry, never back. Gives up after some lost races: whoever finds the copy behind rolls
 * it on, so it needs no lock.
 */
export async function rollCopyForward(store: ObjectStore, pipeline: string, entry: LedgerEntry): Promise<void> {
  const key = `models/${pipeline}/aliases.json`;
  const copy: AliasesCopy = { n: entry.n, aliases: entry.aliases, routing: entry.routing };
  const bytes = sealedJson(copy);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const stored = await store.read(key);
    // One that is damaged is written over: the ledger has it all.
    const there = stored === undefined ? undefined : openHint<AliasesCopy>(key, stored.bytes);
    if (there !== undefined && there.n >= entry.n) return;
    if ((await store.swap(key, bytes, stored?.etag ?? null)) !== undefined) return;
  }
}
