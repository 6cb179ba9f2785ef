import { WhetError } from '../core/errors.ts';
import type { Aliases, LedgerEntry, LedgerEvent } from '../core/ledger.ts';
import { endsPage } from '../core/ledgerPages.ts';
import { type Authorship, type DigestedEntry, nextEntry, verifyChain, verifyLink } from '../core/ledgerRules.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, readHint } from '../storage/objects.ts';
import { rollCopyForward } from './aliasesCopy.ts';
import { entriesBetween, entryAt, entryKey, lastListed, requireEntry } from './ledgerEntries.ts';
import { keepPages, pagedEntries } from './ledgerPages.ts';

/** The whole ledger of a pipeline, in order, its chain verified. Throws `ledger.broken`, naming the entry. */
export async function readLedger(store: ObjectStore, pipeline: string): Promise<LedgerEntry[]> {
  return (await digestedLedger(store, pipeline)).map((held) => held.entry);
}

/** The last entry, or undefined: starts from the copy and reads only what came after it. Rolls a late copy forward. */
export async function headOf(store: ObjectStore, pipeline: string): Promise<LedgerEntry | undefined> {
  return (await digestedHead(store, pipeline))?.entry;
}

/** What the names point at now. */
export async function aliasesOf(store: ObjectStore, pipeline: string): Promise<Aliases> {
  return (await headOf(store, pipeline))?.aliases ?? {};
}

/**
 * Commits an event: the entry's create-only write is the only commit. When another writer took the number, the new
 * head is read and the entry is made anew. Throws `ledger.broken` and `ledger.contended`.
 */
export async function appendLedger(
  store: ObjectStore,
  pipeline: string,
  event: LedgerEvent,
  authorship: Authorship,
): Promise<LedgerEntry> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const head = await digestedHead(store, pipeline);
    const entry = await appendAfter(store, pipeline, head, event, authorship);
    if (entry !== undefined) return entry;
  }
  throw contended(pipeline);
}

/** Commits an event as the entry after `head`, and only there: undefined if another writer was first. */
export async function appendAfter(
  store: ObjectStore,
  pipeline: string,
  head: DigestedEntry | undefined,
  event: LedgerEvent,
  { who, why, at }: Authorship,
): Promise<LedgerEntry | undefined> {
  const entry = nextEntry(head, event, who, why, at);
  if (!(await createJson(store, entryKey(pipeline, entry.n), entry))) return undefined;
  await rollCopyForward(store, pipeline, entry);
  if (endsPage(entry.n)) await keepPages(store, pipeline, await digestedLedger(store, pipeline));
  return entry;
}

/**
 * As `readLedger`, each entry with its digest. What this process has read and verified is remembered, as long as its last
 * entry lies where it lay: only what came since is read. A new process begins with the pages.
 */
export async function digestedLedger(store: ObjectStore, pipeline: string): Promise<readonly DigestedEntry[]> {
  const known = await stillThere(store, pipeline, remembered.get(store)?.get(pipeline) ?? []);
  const copy = await readHint<{ readonly n: number }>(store, aliasesKey(pipeline));
  // The copy may be behind, and tells of entries that are lost.
  const last = copy?.n ?? (known.length > 0 ? known.length : await lastListed(store, pipeline));
  const held = known.length > 0 ? known : await pagedEntries(store, pipeline, last);
  const since = await entriesSince(store, pipeline, held.length, last);
  if (since.length === 0 && held === known) return known;
  const ledger = [...held, ...since];
  verifyChain(ledger.slice(known.length), known.at(-1));
  remembered.set(store, (remembered.get(store) ?? new Map()).set(pipeline, ledger));
  return ledger;
}

/** Each lost race means that another entry was written, so only a very busy pipeline can lose so many. */
export const maxAttempts = 1_000;

export function contended(pipeline: string): WhetError {
  return new WhetError('ledger.contended', {
    expected: `a free number in the ledger of '${pipeline}'`,
    came: `${maxAttempts} lost races with other writers`,
  });
}

/** Entries never change, so all that is verified once stays so; a store that was put back to an earlier state has other ones. */
const remembered = new WeakMap<ObjectStore, Map<string, readonly DigestedEntry[]>>();

async function stillThere(
  store: ObjectStore,
  pipeline: string,
  known: readonly DigestedEntry[],
): Promise<readonly DigestedEntry[]> {
  const there = known.length === 0 ? undefined : await entryAt(store, pipeline, known.length);
  return there?.digest === known.at(-1)?.digest ? known : [];
}

/** The entries after `known`: those up to `last` must be there, and others may have come since. */
async function entriesSince(
  store: ObjectStore,
  pipeline: string,
  known: number,
  last: number,
): Promise<DigestedEntry[]> {
  const since = await entriesBetween(store, pipeline, known + 1, last);
  for (let next = known + since.length + 1; ; next += 1) {
    const entry = await entryAt(store, pipeline, next);
    if (entry === undefined) return since;
    since.push(entry);
  }
}

async function digestedHead(store: ObjectStore, pipeline: string): Promise<DigestedEntry | undefined> {
  const copy = await readHint<{ readonly n: number }>(store, aliasesKey(pipeline));
  let head = copy === undefined ? undefined : await requireEntry(store, pipeline, copy.n);
  for (;;) {
    const next = await entryAt(store, pipeline, (head?.entry.n ?? 0) + 1);
    if (next === undefined) break;
    verifyLink(head, next.entry);
    head = next;
  }
  if (head !== undefined && head.entry.n !== copy?.n) await rollCopyForward(store, pipeline, head.entry);
  return head;
}

function aliasesKey(pipeline: string): string {
  return `models/${pipeline}/aliases.json`;
}
