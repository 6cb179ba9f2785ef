import { WhetError } from '../core/errors.ts';
import type { Aliases, LedgerEntry, LedgerEvent } from '../core/ledger.ts';
import {
  type Authorship,
  broken,
  type DigestedEntry,
  nextEntry,
  verifyChain,
  verifyLink,
} from '../core/ledgerRules.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, readHint, readJson } from '../storage/objects.ts';
import { rollCopyForward } from './aliasesCopy.ts';

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
  return entry;
}

/** As `readLedger`, each entry with its digest. */
export async function digestedLedger(store: ObjectStore, pipeline: string): Promise<DigestedEntry[]> {
  const listed = await store.list(`${folderOf(pipeline)}/`);
  const last = Math.max(0, ...listed.map(numberIn));
  const entries = await Promise.all(Array.from({ length: last }, (_, i) => entryAt(store, pipeline, i + 1)));
  const held = entries.map((entry, index) => entry ?? missing(index + 1));
  verifyChain(held);
  return held;
}

/** Each lost race means that another entry was written, so only a very busy pipeline can lose so many. */
export const maxAttempts = 1_000;

export function contended(pipeline: string): WhetError {
  return new WhetError('ledger.contended', {
    expected: `a free number in the ledger of '${pipeline}'`,
    came: `${maxAttempts} lost races with other writers`,
  });
}

async function digestedHead(store: ObjectStore, pipeline: string): Promise<DigestedEntry | undefined> {
  const copy = await readHint<{ readonly n: number }>(store, `models/${pipeline}/aliases.json`);
  let head = copy === undefined ? undefined : ((await entryAt(store, pipeline, copy.n)) ?? missing(copy.n));
  for (;;) {
    const next = await entryAt(store, pipeline, (head?.entry.n ?? 0) + 1);
    if (next === undefined) break;
    verifyLink(head, next.entry);
    head = next;
  }
  if (head !== undefined && head.entry.n !== copy?.n) await rollCopyForward(store, pipeline, head.entry);
  return head;
}

async function entryAt(store: ObjectStore, pipeline: string, n: number): Promise<DigestedEntry | undefined> {
  const entry = await readJson<LedgerEntry>(store, entryKey(pipeline, n));
  if (entry === undefined) return undefined;
  if (entry.n !== n) throw broken(n, `the number ${n}`, `${entry.n}`);
  return { entry, digest: digestOfValue(entry) };
}

function missing(n: number): never {
  throw broken(n, 'an entry', 'none');
}

const folderOf = (pipeline: string): string => `models/${pipeline}/ledger`;
const entryKey = (pipeline: string, n: number): string => `${folderOf(pipeline)}/${n}.json`;

function numberIn(key: string): number {
  return Number(/\/(\d+)\.json$/.exec(key)?.[1] ?? 0);
}
