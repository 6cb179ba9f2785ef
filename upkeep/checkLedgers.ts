import { pageEndingAt } from '../core/ledgerPages.ts';
import type { DigestedEntry } from '../core/ledgerRules.ts';
import { everyEntry } from '../registry/ledgerEntries.ts';
import type { LedgerPage } from '../registry/ledgerPages.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore, StoredEntry } from '../storage/objectStore.ts';
import { objectKey, readHint } from '../storage/objects.ts';
import { problemOf } from './problemOf.ts';

/** Holds each pipeline's ledger to its chain and to the packages of the versions that it names, and its pages to it. Adds to `found` by key. */
export async function checkLedgers(
  store: ObjectStore,
  entries: readonly StoredEntry[],
  found: Map<string, string>,
): Promise<void> {
  for (const pipeline of pipelinesIn(entries)) {
    const problem = await problemOf(async () => {
      const held = await everyEntry(store, pipeline);
      const ledger = held.map(({ entry }) => entry);
      await checkPages(store, pagesOf(entries, pipeline), held, found);
      const head = ledger.at(-1);
      const named = new Set([...Object.values(head?.aliases ?? {}), head?.routing.version]);
      for (const { event } of ledger) {
        if (event.kind !== 'registered' || !named.has(event.record.version)) continue;
        const key = objectKey(event.record.package);
        if (!found.has(key) && !(await store.has(key))) found.set(key, 'it is not there');
      }
      const copy = await readHint<{ readonly n: number }>(store, `models/${pipeline}/aliases.json`);
      if (head !== undefined && copy !== undefined && copy.n > head.n)
        found.set(`models/${pipeline}/ledger/${copy.n}.json`, 'it is not there, and the copy of the ledger names it');
    });
    if (problem !== undefined) found.set(`models/${pipeline}/ledger/`, problem);
  }
}

/** The pipelines that have a ledger. */
export function pipelinesIn(entries: readonly StoredEntry[]): string[] {
  return [...new Set(entries.flatMap(({ key }) => /^models\/([^/]+)\/ledger\//.exec(key)?.[1] ?? []))];
}

function pagesOf(entries: readonly StoredEntry[], pipeline: string): string[] {
  return entries.map(({ key }) => key).filter((key) => key.startsWith(`models/${pipeline}/pages/`));
}

async function checkPages(
  store: ObjectStore,
  keys: readonly string[],
  ledger: readonly DigestedEntry[],
  found: Map<string, string>,
): Promise<void> {
  for (const key of keys) {
    const page = await readHint<LedgerPage>(store, key);
    const { first, last } = pageEndingAt(Number(/\d+(?=\.json$)/.exec(key)?.[0]));
    const digests = ledger.slice(first - 1, last).map(({ digest }) => digest);
    if (page !== undefined && `${page.entries.map(digestOfValue)}` !== `${digests}`)
      found.set(key, 'it holds other entries than the ledger, of which it is a copy');
  }
}
