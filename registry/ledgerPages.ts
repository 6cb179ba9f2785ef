import { WhetError } from '../core/errors.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { type PageRange, pagesUpTo } from '../core/ledgerPages.ts';
import type { DigestedEntry } from '../core/ledgerRules.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { putJson, readHint } from '../storage/objects.ts';
import { entriesBetween, requireEntry } from './ledgerEntries.ts';

/**
 * `models/<pipeline>/pages/<last>.json`: a copy of many entries, so that a new process reads few objects. What it says
 * holds only as far as the hashes of the entries that lie after it pin it.
 */
export interface LedgerPage {
  readonly entries: readonly LedgerEntry[];
}

export interface PagedEntries {
  readonly held: readonly DigestedEntry[];
  /** Pages that are not there, or are damaged: their entries were read one by one. */
  readonly lost: readonly PageRange[];
}

/**
 * The entries 1 to `last`, by pages as far as there are any; those after the last page are for the caller to
 * verify. The end of the last page is held to the entry itself, and with it all before. Throws `ledger.broken`.
 */
export async function pagedEntries(store: ObjectStore, pipeline: string, last: number): Promise<PagedEntries> {
  const pages = pagesUpTo(last);
  const lost: PageRange[] = [];
  const read = await concurrently(pages, storeHands, async (page) => {
    const copy = await readHint<LedgerPage>(store, pageKey(pipeline, page));
    if (copy !== undefined) return copy.entries.map((entry) => ({ entry, digest: digestOfValue(entry) }));
    lost.push(page);
    return entriesBetween(store, pipeline, page.first, page.last);
  });
  const paged = read.flat();
  await requirePinned(store, pipeline, paged);
  return { held: [...paged, ...(await entriesBetween(store, pipeline, paged.length + 1, last))], lost };
}

/** Writes pages of a ledger whose chain was verified. */
export async function keepPages(
  store: ObjectStore,
  pipeline: string,
  held: readonly DigestedEntry[],
  pages: readonly PageRange[],
): Promise<void> {
  await concurrently(pages, storeHands, (page) => {
    const entries = held.slice(page.first - 1, page.last).map(({ entry }) => entry);
    // Whoever writes it writes the same bytes, and over one that is damaged.
    return putJson(store, pageKey(pipeline, page), { entries } satisfies LedgerPage);
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
