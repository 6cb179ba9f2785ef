import { WhetError } from '../core/errors.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { type PageRange, pagesUpTo } from '../core/ledgerPages.ts';
import type { DigestedEntry } from '../core/ledgerRules.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, readHint } from '../storage/objects.ts';
import { entriesBetween, requireEntry } from './ledgerEntries.ts';

/**
 * `models/<pipeline>/pages/<last>.json`: a copy of many entries, so that a new process reads few objects. What it says
 * holds only as far as the hashes of the entries that lie after it pin it.
 */
export interface LedgerPage {
  readonly entries: readonly LedgerEntry[];
}

/**
 * The entries 1 to `last`, by pages as far as there are any; those after the last page are for the caller to verify. The end
 * of the last page is held to the entry itself, and with it all before. Throws `ledger.broken`.
 */
export async function pagedEntries(store: ObjectStore, pipeline: string, last: number): Promise<DigestedEntry[]> {
  const read = await concurrently(pagesUpTo(last), storeHands, async (page) => {
    const copy = await readHint<LedgerPage>(store, pageKey(pipeline, page));
    if (copy === undefined) return entriesBetween(store, pipeline, page.first, page.last);
    return copy.entries.map((entry) => ({ entry, digest: digestOfValue(entry) }));
  });
  const paged = read.flat();
  await requirePinned(store, pipeline, paged);
  return [...paged, ...(await entriesBetween(store, pipeline, paged.length + 1, last))];
}

/** Writes the pages of a ledger, whose chain was verified, that are not there. Those who read write nothing. */
export async function keepPages(store: ObjectStore, pipeline: string, ledger: readonly DigestedEntry[]): Promise<void> {
  const there = new Set(await store.list(`models/${pipeline}/pages/`));
  const missing = pagesUpTo(ledger.length).filter((page) => !there.has(pageKey(pipeline, page)));
  await concurrently(missing, storeHands, (page) => {
    const entries = ledger.slice(page.first - 1, page.last).map(({ entry }) => entry);
    return createJson(store, pageKey(pipeline, page), { entries } satisfies LedgerPage);
  });
}

export function pageKey(pipeline: string, { last }: Pick<PageRange, 'last'>): string {
  return `models/${pipeline}/pages/${last}.json`;
}

/** Each entry names the one before it by its digest, so the last one pins all. */
async function requirePinned(store: ObjectStore, pipeline: string, paged: readonly DigestedEntry[]): Promise<void> {
  const loose = paged.findIndex(
    ({ entry }, at) => entry.n !== at + 1 || entry.previous !== (paged[at - 1]?.digest ?? null),
  );
  if (loose !== -1) throw brokenPages(pipeline, loose + 1);
  const end = paged.at(-1);
  if (end !== undefined && end.digest !== (await requireEntry(store, pipeline, paged.length)).digest)
    throw brokenPages(pipeline, paged.length);
}

function brokenPages(pipeline: string, n: number): WhetError {
  return new WhetError('ledger.broken', {
    expected: `in models/${pipeline}/pages/ what the ledger says`,
    came: `another entry ${n}`,
    todo: 'Remove these pages, which are copies. Where the error stays, restore the ledger from a backup.',
  });
}
