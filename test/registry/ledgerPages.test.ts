import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerEntry, LedgerEvent } from '../../core/ledger.ts';
import { nextEntry } from '../../core/ledgerRules.ts';
import { leftToRelease } from '../../core/leftToRelease.ts';
import { versionBefore } from '../../core/versionBefore.ts';
import { appendLedger, readLedger } from '../../registry/ledger.ts';
import { entryKey, everyEntry } from '../../registry/ledgerEntries.ts';
import { keepPages, type LedgerPage, pageKey } from '../../registry/ledgerPages.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOfValue } from '../../storage/digest.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, putJson, requireJson } from '../../storage/objects.ts';
import { checkLedgers } from '../../upkeep/checkLedgers.ts';
import { neededObjects } from '../../upkeep/neededObjects.ts';
import { kindOf } from '../../upkeep/storedKind.ts';
import { storeGraph } from '../../upkeep/storeGraph.ts';
import { byTest, versionLike } from './versionLike.ts';

const pipeline = 'flights';
const copyKey = `models/${pipeline}/aliases.json`;
const page = (last: number): string => pageKey(pipeline, { last });

let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-pages-'));
  store = localDisk(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** As a new process has it: nothing is remembered. */
const anew = (): ObjectStore => localDisk(folder);

test('whoever remembers, whoever begins with pages and whoever reads every entry find the same standing', async () => {
  const events = fc.array(fc.tuple(fc.nat(5), fc.boolean()), { minLength: 1, maxLength: 130 });
  await fc.assert(
    fc.asyncProperty(fc.array(events, { minLength: 1, maxLength: 3 }), fc.boolean(), async (turns, isCopyKept) => {
      for (const key of await store.list('models/')) await store.remove(key);
      for (const turn of turns) {
        await write(turn.map(([version, isOrder]) => eventOf(version, isOrder)));
        if (!isCopyKept) await store.remove(copyKey);
        const whole = (await everyEntry(store, pipeline)).map(({ entry }) => entry);
        for (const reader of [store, anew(), anew()])
          expect(standing(await readLedger(reader, pipeline))).toEqual(standing(whole));
        expect(await readLedger(store, pipeline)).toEqual(whole);
      }
    }),
    { numRuns: 6 },
  );
});

function standing(ledger: readonly LedgerEntry[]) {
  return { ...leftToRelease(ledger), before: versionBefore(ledger), last: ledger.at(-1) };
}

test('a look costs as many reads after many entries as after few, and a new process few more', async () => {
  await writeMany(10);
  await readLedger(store, pipeline);
  const [few] = await readsOf(store);
  await writeMany(330);
  await readLedger(store, pipeline);
  expect(await readsOf(store)).toEqual([few]);
  const pagesAndRest = 3 + 40;
  const [reads = 0] = await readsOf(anew());
  expect(reads).toBeLessThan(pagesAndRest + 5);
});

test('an entry that another writes meanwhile is seen, by whoever remembers the ledger too', async () => {
  await writeMany(3);
  expect(await readLedger(store, pipeline)).toHaveLength(3);
  const written = await appendLedger(anew(), pipeline, { kind: 'paused' }, byTest);
  await store.remove(copyKey);
  expect((await readLedger(store, pipeline)).at(-1)).toEqual(written);
});

test('a store that was put back to an earlier state is read anew', async () => {
  await writeMany(3);
  await readLedger(store, pipeline);
  for (const key of await store.list('models/')) await store.remove(key);
  expect(await readLedger(store, pipeline)).toEqual([]);
  await writeMany(1);
  expect(await readLedger(store, pipeline)).toHaveLength(1);
});

test('a page that says other than the ledger is refused, and told by the doctor; one that is damaged counts as lost', async () => {
  await writeMany(250);
  await readLedger(store, pipeline);
  expect((await store.list(`models/${pipeline}/pages/`)).map(kindOf)).toEqual(['ledger page', 'ledger page']);
  const { entries } = await requireJson<LedgerPage>(store, page(200));
  for (const forged of [
    forgedAt(entries, 57),
    forgedAt(entries, 99),
    chained(forgedAt(entries, 57)),
    entries.slice(1),
  ]) {
    await putJson(store, page(200), { entries: forged });
    await expect(readLedger(anew(), pipeline)).rejects.toThrow(/ledger\.broken.*models\/flights\/pages\//);
    expect(await damages()).toEqual([page(200)]);
  }
  await store.put(page(200), Buffer.from('{"entries":[],"seal":"sha256-'));
  expect(await readLedger(anew(), pipeline)).toHaveLength(250);
  expect(await damages()).toEqual([]);
});

test('an entry that was changed is refused where it was not read before, and by whoever reads every entry', async () => {
  await writeMany(150);
  await readLedger(store, pipeline);
  for (const n of [40, 120]) {
    const entry = await requireJson<LedgerEntry>(store, entryKey(pipeline, n));
    await putJson(store, entryKey(pipeline, n), { ...entry, why: 'another reason' });
    await expect(everyEntry(store, pipeline)).rejects.toThrow(`in entry ${n + 1}`);
    if (n > 100) await expect(readLedger(anew(), pipeline)).rejects.toThrow(/ledger\.broken.*in entry 121/);
    await putJson(store, entryKey(pipeline, n), entry);
  }
});

test('a page is written with its last entry, and one that is lost with the next; who only reads writes nothing', async () => {
  await writeMany(199);
  await store.remove(page(100));
  await readLedger(store, pipeline);
  expect(await store.list(`models/${pipeline}/pages/`)).toEqual([]);
  await appendLedger(store, pipeline, { kind: 'paused' }, byTest);
  expect(await store.list(`models/${pipeline}/pages/`)).toEqual([page(100), page(200)]);
  expect(await damages()).toEqual([]);
});

test('a page keeps nothing that the ledger does not keep: it is a copy', async () => {
  const record = { ...versionLike('a'), package: 'a'.repeat(64), version: 1 };
  await write(Array.from({ length: 100 }, () => ({ kind: 'registered', record })));
  await readLedger(store, pipeline);
  const [key = '', value] = [page(100), await requireJson<LedgerPage>(store, page(100))];
  expect(value.entries).toHaveLength(100);
  expect(neededObjects(key, value)).toEqual([]);
  expect(await storeGraph(store, await store.entries('')).referencesOf(key)).toEqual({
    follow: [],
    hold: [],
    mention: [],
  });
});

async function damages(): Promise<string[]> {
  const found = new Map<string, string>();
  await checkLedgers(store, await store.entries(''), found);
  return [...found.keys()].filter((key) => key.startsWith('models/'));
}

function forgedAt(entries: readonly LedgerEntry[], at: number): LedgerEntry[] {
  return entries.map((entry, index) => (index === at ? { ...entry, who: 'nobody' } : entry));
}

/** As one who knows how the chain is made would forge it. */
function chained(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const all: LedgerEntry[] = [];
  for (const [at, entry] of entries.entries())
    all.push(at === 0 ? entry : { ...entry, previous: digestOfValue(all[at - 1]) });
  return all;
}

/** How many objects a look at the ledger reads, and how often it lists. */
async function readsOf(on: ObjectStore): Promise<number[]> {
  const [read, list] = [on.read, on.list];
  let [reads, lists] = [0, 0];
  on.read = (key) => read.call(on, key).finally(() => (reads += 1));
  on.list = (prefix) => list.call(on, prefix).finally(() => (lists += 1));
  await readLedger(on, pipeline);
  Object.assign(on, { read, list });
  expect(lists).toBe(0);
  return [reads];
}

function writeMany(count: number): Promise<void> {
  return write(Array.from({ length: count }, (_, at) => eventOf(at % 6, at % 4 === 0)));
}

/** As `appendLedger` would one by one. */
async function write(events: readonly LedgerEvent[]): Promise<void> {
  let head = (await everyEntry(store, pipeline)).at(-1);
  const entries = events.map((event) => {
    const entry = nextEntry(head, event, byTest.who, byTest.why, byTest.at);
    head = { entry, digest: digestOfValue(entry) };
    return entry;
  });
  await concurrently(entries, storeHands, (entry) => createJson(store, entryKey(pipeline, entry.n), entry));
  await putJson(store, copyKey, { n: head?.entry.n ?? 0 });
  await keepPages(store, pipeline, await everyEntry(store, pipeline));
}

function eventOf(version: number, isOrder: boolean): LedgerEvent {
  if (version === 0) return { kind: isOrder ? 'paused' : 'resumed' };
  if (isOrder) return { kind: version % 2 === 0 ? 'promoted' : 'rolled back', version };
  return { kind: 'registered', record: { ...versionLike(`digest-${version}`), version } };
}
