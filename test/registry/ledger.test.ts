import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../core/ledger.ts';
import { appendLedger, headOf, readLedger } from '../../registry/ledger.ts';
import { registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putJson, requireJson } from '../../storage/objects.ts';
import { byTest, versionLike } from './versionLike.ts';

const aliasesKey = 'models/flights/aliases.json';
const entryKey = (n: number): string => `models/flights/ledger/${n}.json`;

let folder: string;
let store: ObjectStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-ledger-'));
  store = localDisk(folder);
});
afterEach(() => rm(folder, { recursive: true }));

describe('the ledger', () => {
  test('of a new pipeline is empty', async () => {
    expect(await readLedger(store, 'flights')).toEqual([]);
    expect(await headOf(store, 'flights')).toBeUndefined();
  });

  test('holds each event, who, why and when, and what the names point at after it', async () => {
    await registerVersion(store, 'flights', versionLike('a'), byTest);
    const entry = await appendLedger(store, 'flights', { kind: 'promoted', version: 1 }, byTest);
    expect(entry).toMatchObject({ n: 2, ...byTest, aliases: { champion: 1 }, routing: { epoch: 1, version: 1 } });
    expect(await readLedger(store, 'flights')).toHaveLength(2);
    expect(await headOf(store, 'flights')).toEqual(entry);
    expect(await requireJson(store, aliasesKey)).toEqual({ n: 2, aliases: entry.aliases, routing: entry.routing });
  });

  test('is one chain without a gap under twenty writers at once', async () => {
    const writes = Array.from({ length: 20 }, (_, index) =>
      appendLedger(store, 'flights', { kind: 'rejected', version: 1 }, { ...byTest, why: `${index}` }),
    );
    const written = await Promise.all(writes);
    const ledger = await readLedger(store, 'flights');
    expect(ledger.map((entry) => entry.n)).toEqual(upTo(20));
    expect(new Set(ledger.map((entry) => entry.why)).size).toBe(20);
    expect(written.map((entry) => entry.n).sort((a, b) => a - b)).toEqual(upTo(20));
    expect((await headOf(store, 'flights'))?.n).toBe(20);
  });

  test('is one chain without a gap under four processes', async () => {
    const script = join(import.meta.dirname, 'appendMany.ts');
    const run = (who: string) => promisify(execFile)(process.execPath, [script, folder, who, '5']);
    await Promise.all(['a', 'b', 'c', 'd'].map(run));
    const ledger = await readLedger(store, 'flights');
    expect(ledger.map((entry) => entry.n)).toEqual(upTo(20));
    expect(new Set(ledger.map((entry) => `${entry.who}${entry.why}`)).size).toBe(20);
  });

  test('tells pipelines apart whose names begin alike', async () => {
    await registerVersion(store, 'flights', versionLike('a'), byTest);
    expect(await readLedger(store, 'flight')).toEqual([]);
  });
});

describe('the copy of the aliases', () => {
  test('is rolled forward by a reader that finds it behind or gone', async () => {
    await appendRejected(5);
    const head = await headOf(store, 'flights');
    for (const change of [() => putJson(store, aliasesKey, { n: 2 }), () => store.remove(aliasesKey)]) {
      await change();
      expect(await headOf(store, 'flights')).toEqual(head);
      expect(await requireJson(store, aliasesKey)).toMatchObject({ n: 5 });
    }
  });

  test('is never rolled back by a slower writer', async () => {
    await appendRejected(2);
    await putJson(store, aliasesKey, { n: 2, mark: 'newer' });
    const { rollCopyForward } = await import('../../registry/aliasesCopy.ts');
    await rollCopyForward(store, 'flights', await requireJson<LedgerEntry>(store, entryKey(1)));
    expect(await requireJson(store, aliasesKey)).toMatchObject({ n: 2 });
  });

  test('ahead of the ledger is no truth: the missing entry is named', async () => {
    await appendRejected(1);
    await putJson(store, aliasesKey, { n: 7 });
    await expect(headOf(store, 'flights')).rejects.toThrow(/ledger\.broken.*entry 7/);
  });
});

describe('a broken ledger is refused, naming the entry', () => {
  beforeEach(() => appendRejected(4));

  test('after a change of an entry', async () => {
    const entry = await requireJson<LedgerEntry>(store, entryKey(2));
    await putJson(store, entryKey(2), { ...entry, why: 'another reason' });
    await expect(readLedger(store, 'flights')).rejects.toThrow(/ledger\.broken.*in entry 3/);
  });

  test('after the loss of an entry', async () => {
    await store.remove(entryKey(3));
    await expect(readLedger(store, 'flights')).rejects.toThrow(/ledger\.broken.*in entry 3/);
  });

  test('after an entry under a wrong number', async () => {
    await putJson(store, entryKey(5), await requireJson(store, entryKey(1)));
    await expect(readLedger(store, 'flights')).rejects.toThrow(/ledger\.broken.*in entry 5/);
    await expect(headOf(store, 'flights')).rejects.toThrow(/ledger\.broken.*in entry 5/);
  });

  test('and nothing is appended to it', async () => {
    const fifth = await requireJson<LedgerEntry>(store, entryKey(4));
    await putJson(store, entryKey(5), { ...fifth, n: 5, previous: 'nothing' });
    await expect(appendRejected(1)).rejects.toThrow('ledger.broken');
    expect(await store.has(entryKey(6))).toBe(false);
  });
});

async function appendRejected(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    await appendLedger(store, 'flights', { kind: 'rejected', version: 1 }, byTest);
  }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
