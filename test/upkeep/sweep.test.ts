import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { MonitorFinding } from '../../core/look.ts';
import { parseRetention } from '../../core/retention.ts';
import { appendAlert, readAlertLog } from '../../registry/alertLog.ts';
import { digestOf } from '../../storage/digest.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, objectKey, putJson, putObject, putObjectJson, readJson } from '../../storage/objects.ts';
import { readSweep, sparingStore } from '../../storage/sparingStore.ts';
import { neededObjects } from '../../upkeep/neededObjects.ts';
import { forgetRun, noteRun } from '../../upkeep/runsUnderWay.ts';
import { storeGraph } from '../../upkeep/storeGraph.ts';
import { type SweepReport, sweep } from '../../upkeep/sweep.ts';

const day = 86_400_000;
const retention = parseRetention({ grace: '1 day', keep: { stages: '1 hour', snapshots: '1 hour', trials: '1 hour' } });

describe('a sweep', () => {
  let folder: string;
  let store: ObjectStore;
  /** Files have the real time: the clock only runs ahead of it. */
  let now: number;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whet-sweep-'));
    store = localDisk(folder);
    now = Date.now();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const swept = (on: ObjectStore = store, dry = false): Promise<SweepReport> =>
    sweep({ store: on, retention, clock: () => now, dry });
  const held = async (): Promise<string[]> => (await store.list('')).filter((key) => !key.startsWith('upkeep/'));
  const stageKey = (name: string): string => `stages/${digestOf(name)}.json`;
  const bytesOf = (name: string): string => objectKey(digestOf(name));

  /** A stage's record, the list that it names, and the rows that these name. */
  async function stage(name: string, rows: readonly string[]): Promise<string[]> {
    for (const one of rows) await putObject(store, Buffer.from(one));
    const list = await putObjectJson(store, { name, parts: rows.map((one) => ({ object: digestOf(one) })) });
    await createJson(store, stageKey(name), { output: { list } });
    return [stageKey(name), objectKey(list), ...rows.map(bytesOf)].sort();
  }

  test('takes what was unneeded for the whole grace, and nothing before', async () => {
    const gone = await stage('old', ['row 1', 'row 2']);
    now += day;
    expect(await swept(store, true)).toMatchObject({ outcome: 'dry', gone: {}, waiting: { objects: { keys: 3 } } });
    expect((await store.list('upkeep/')).length).toBe(0);
    expect(await swept()).toMatchObject({
      outcome: 'swept',
      gone: {},
      waiting: { objects: { keys: 3 }, stages: { keys: 1 } },
    });
    now += day - 1;
    expect(await swept()).toMatchObject({ gone: {}, nextMs: now + 1 });
    expect(await held()).toEqual(gone);
    now += 1;
    expect(await swept(store, true)).toMatchObject({ gone: { objects: { keys: 3 } } });
    expect(await swept()).toMatchObject({
      gone: { objects: { keys: 3 }, stages: { keys: 1 } },
      waiting: {},
      nextMs: null,
    });
    expect(await held()).toEqual([]);
  });

  test('keeps what a back-test made for its own time, and nothing after it', async () => {
    const held = await putObjectJson(store, { format: 1, name: 'a package' });
    await createJson(store, 'backtests/b1/models/2001-03-01T12.json', { package: held });
    now += 29 * day;
    expect(await swept()).toMatchObject({ gone: {}, waiting: {} });
    now += 2 * day;
    expect(await swept()).toMatchObject({ gone: {}, waiting: { objects: { keys: 1 }, backtests: { keys: 1 } } });
  });

  test('takes alerts of long ago, and what is left of their log is held to its chain', async () => {
    const [pipeline, keys] = ['flight-delays', (n: number) => `alerts/flight-delays/${n}.json`];
    const append = (n: number, event: AlertEvent = { kind: 'silenced', until: '2001', match: { about: `${n}` } }) =>
      appendAlert(store, pipeline, () => ({ event, who: 'ana', why: 'a sale', at: '2001-03-15T12:00:00.000Z' }));
    const part = { firing: true, since: '', finding: { monitor: 'm', about: 'a' } as MonitorFinding };
    const fired = { kind: 'fired', alert: 121, severity: 'page', parts: [part], silenced: false, to: ['ops'] } as const;
    for (let n = 1; n <= 120; n += 1) await append(n);
    await append(121, {
      ...fired,
      rule: 'slow',
      look: '2001',
      counts: [{ ...part.finding, off: 1, fine: 0, firing: true }],
    });
    await append(122);
    const young = await readAlertLog(store, pipeline);
    now += 366 * day;
    await swept();
    now += day;
    expect(await swept()).toMatchObject({ gone: { alerts: { keys: 120 } } });
    expect((await store.list('alerts/')).length).toBe(4);
    await store.remove(`alerts/${pipeline}/newest.json`);
    const log = await readAlertLog(store, pipeline);
    expect(log.map(({ entry }) => entry.n)).toEqual([121, 122, 123]);
    expect(log[2]?.entry.event).toEqual({ kind: 'cut', begins: 121, previous: young[119]?.digest });
    expect((await append(124))?.n).toBe(124);
    await putJson(store, keys(121), { ...log[0]?.entry, previous: young[118]?.digest });
    await expect(readAlertLog(store, pipeline)).rejects.toThrow(/ledger\.broken.*entry 121 of the log of alerts/);
  });

  test('keeps what is young, pinned, or of a kind that nobody knows, with all that it names', async () => {
    const old = await stage('old', ['row 1', 'shared by young', 'shared by pin', 'shared by unknown']);
    now += 2 * day;
    await swept();
    now += day;
    const young = { object: digestOf('shared by young') };
    await createJson(store, stageKey('young'), { output: young });
    now = Date.now();
    const snapshot = `sn1-${digestOf('a snapshot')}`;
    await createJson(store, `snapshots/${snapshot}.json`, { parts: [{ object: digestOf('shared by pin') }] });
    await createJson(store, `pins/snapshots/${snapshot}.json`, { why: 'the audit' });
    await createJson(store, 'fancy/new.json', { names: { anywhere: [`see ${digestOf('shared by unknown')}`] } });
    now += 30 * 60_000;
    const first = await sweep({ store, retention: { ...retention, graceMs: 0 }, clock: () => now, dry: true });
    expect(first.waiting).toEqual({});
    now += 3 * day;
    await swept();
    now += day;
    await swept();
    const kept = ['fancy/new.json', `pins/snapshots/${snapshot}.json`, `snapshots/${snapshot}.json`];
    const needed = [bytesOf('shared by pin'), bytesOf('shared by unknown')];
    expect(await held()).toEqual([...kept, ...needed].sort());
    expect(old).toContain(bytesOf('shared by young'));
  });

  test('spares what a worker uses meanwhile, and all that it names, for another grace', async () => {
    const used = await stage('used', ['row 1', 'row 2']);
    await stage('not used', ['row 3']);
    now += day;
    await swept();
    now += day;
    const worker = sparingStore(store, () => now);
    expect(await readJson(worker, stageKey('used'))).toBeDefined();
    await swept();
    expect(await held()).toEqual(used);
    now += 2 * day;
    await swept();
    expect(await held()).toEqual(used);
    now += day;
    await swept();
    expect(await held()).toEqual([]);
  });

  test('spares an object that a worker would write again', async () => {
    await stage('old', ['row 1', 'row 2']);
    now += day;
    await swept();
    now += day;
    await putObject(
      sparingStore(store, () => now),
      Buffer.from('row 1'),
    );
    await swept();
    expect(await held()).toEqual([bytesOf('row 1')]);
  });

  test('looks again where a worker used something after it had looked', async () => {
    const used = await stage('used', ['row 1']);
    now += day;
    await swept();
    now += day;
    const worker = sparingStore(store, () => now);
    let looks = 0;
    const late: ObjectStore = {
      ...store,
      async entries(prefix) {
        const entries = await store.entries(prefix);
        looks += 1;
        if (looks === 1) await worker.has(stageKey('used'));
        return entries;
      },
    };
    expect(await swept(late)).toMatchObject({ outcome: 'swept', gone: {} });
    expect([looks, await held()]).toEqual([2, used]);
  });

  test('whoever needs what is being removed waits until it is gone, and makes it again', async () => {
    const gone = await stage('old', ['row 1']);
    now += day;
    await swept();
    now += day;
    const worker = sparingStore(store, () => now);
    await worker.has('stages/anything');
    const events: string[] = [];
    let making: Promise<unknown> | undefined;
    const slow: ObjectStore = {
      ...store,
      async remove(key) {
        if (key === bytesOf('row 1')) making = putObject(worker, Buffer.from('row 1')).then(() => events.push('made'));
        await new Promise((resolve) => setTimeout(resolve, 20));
        await store.remove(key);
        events.push(key);
      },
    };
    await swept(slow);
    await making;
    expect(events.filter((one) => one !== 'made').sort()).toEqual(gone);
    expect(events.indexOf('made')).toBeGreaterThan(events.indexOf(bytesOf('row 1')));
    expect(await held()).toEqual([bytesOf('row 1')]);
  });

  test('waits for a run that was under way before something was seen to be unneeded, however long it takes', async () => {
    const old = await stage('old', ['row 1']);
    await noteRun(store, 'long', now);
    now += day;
    await swept();
    now += 2 * day;
    await swept();
    expect(await held()).toEqual(old);
    await forgetRun(store, 'long');
    await noteRun(store, 'later', now);
    await swept();
    expect(await held()).toEqual([]);
  });

  test('keeps the test scores of a run for a month, and its scorecard as long as the run', async () => {
    const testScores = await putObject(store, Buffer.from('scores'));
    const id = await putObjectJson(store, { rows: 720, testScores });
    const record = { pipeline: 'p', endedAt: new Date(now).toISOString(), status: 'rejected', stages: [], plan: '' };
    await createJson(store, 'runs/p/2001-03-15T12/1.json', { ...record, scorecard: { id, metrics: {}, testScores } });
    const all = await held();
    now += 29 * day;
    await swept();
    now += 2 * day;
    await swept();
    expect(await held()).toEqual(all);
    now += day;
    await swept();
    expect(await held()).toEqual(all.filter((key) => key !== objectKey(testScores)));
  });

  test('a run that was given up a week ago holds nothing back', async () => {
    await stage('old', ['row 1']);
    await noteRun(store, 'lost', now);
    now += 7 * day;
    await swept();
    now += day;
    await swept();
    expect([await held(), await store.list('upkeep/runs/')]).toEqual([[], []]);
  });

  test('of two at once one does nothing', async () => {
    let other: SweepReport | undefined;
    const crossed: ObjectStore = {
      ...store,
      async entries(prefix) {
        other ??= await swept();
        return store.entries(prefix);
      },
    };
    expect([(await swept(crossed)).outcome, other?.outcome]).toEqual(['swept', 'busy']);
  });

  test('killed at any step it leaves nothing that names what is gone, and the next one ends the work', async () => {
    for (let step = 1; ; step += 1) {
      store = localDisk(join(folder, `${step}`));
      now = Date.now();
      const kept = await stage('kept', ['row 3']);
      await createJson(store, `pins/stages/${digestOf('kept')}.json`, {});
      await stage('old', ['row 1', 'row 2', 'row 3']);
      now += day;
      await swept();
      now += day;
      const isDead = await killedAt(step);
      await expectWhole();
      now += 3_600_000;
      expect((await swept()).outcome).toBe('swept');
      expect(await held()).toEqual([...kept, `pins/stages/${digestOf('kept')}.json`].sort());
      if (!isDead) break;
      expect(step).toBeLessThan(40);
    }
  });

  /** Sweeps until a write, which is not done any more, nor any after it. */
  async function killedAt(step: number): Promise<boolean> {
    let writes = 0;
    const mortal = <T extends unknown[], R>(method: (...given: T) => Promise<R>) => {
      return async (...given: T): Promise<R> => {
        writes += 1;
        if (writes >= step) throw new Error('killed');
        return method(...given);
      };
    };
    const dying = { ...store, swap: mortal(store.swap), remove: mortal(store.remove) };
    return swept(dying).then(
      () => false,
      (error: Error) => error.message === 'killed',
    );
  }

  async function expectWhole(): Promise<void> {
    const graph = storeGraph(store, await store.entries(''));
    for (const key of graph.entries.keys())
      for (const object of neededObjects(key, await graph.documentOf(key)))
        expect([key, graph.entries.has(objectKey(object))]).toEqual([key, true]);
  }

  test('removes nothing where it cannot read what something needs', async () => {
    const old = await stage('old', ['row 1']);
    now += day;
    await swept();
    now += day;
    await createJson(store, `pins/snapshots/sn1-${digestOf('x')}.json`, {});
    await store.put(`snapshots/sn1-${digestOf('x')}.json`, Buffer.from('{"parts":['));
    await expect(swept()).rejects.toMatchObject({ code: 'storage.damaged' });
    expect(await held()).toEqual(expect.arrayContaining(old));
    expect((await readSweep(store)).state.holder).toBeNull();
    await putJson(store, `snapshots/sn1-${digestOf('x')}.json`, { parts: [] });
    await swept();
    expect(await store.has(stageKey('old'))).toBe(false);
  });
});
