import type { LedgerEntry, LedgerEvent } from '../core/ledger.ts';
import type { Authorship } from '../core/ledgerRules.ts';
import { versionIn } from '../core/ledgerText.ts';
import { appendLedger, readLedger } from '../registry/ledger.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** As `entryOnce`, where nobody asks for the entry. */
export async function appendOnce(
  store: ObjectStore,
  pipeline: string,
  event: Exclude<LedgerEvent, { kind: 'registered' }>,
  authorship: Authorship,
): Promise<void> {
  await entryOnce(store, pipeline, event, authorship);
}

/**
 * Commits a decision on a version once, however often its activity is tried: the decision is known by its event, who,
 * why and when it was taken. Only the pipeline's `release` entity decides, so nobody writes between look and commit.
 */
export async function entryOnce(
  store: ObjectStore,
  pipeline: string,
  event: Exclude<LedgerEvent, { kind: 'registered' }>,
  { who, why, at }: Authorship,
): Promise<LedgerEntry> {
  const version = versionIn(event);
  const newest = (await readLedger(store, pipeline)).findLast((entry) => versionIn(entry.event) === version);
  const isThere = newest?.event.kind === event.kind && newest.who === who && newest.why === why && newest.at === at;
  return isThere ? newest : appendLedger(store, pipeline, event, { who, why, at });
}
