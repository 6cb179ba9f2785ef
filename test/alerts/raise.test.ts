import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAlertActivities } from '../../activities/alerts.ts';
import { nothingYet } from '../../core/alertStanding.ts';
import { alertHead, alertsCopy, appendAlert, readAlertLog } from '../../registry/alertLog.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putJson } from '../../storage/objects.ts';
import { sealedJson } from '../../storage/sealedJson.ts';
import { type AlertWorkbench, lookAt, lookOf, openAlertWorkbench, pipeline, stale } from './fixture.ts';

const rules = [stale, { ...stale, name: 'stale-for-long', severity: 'ticket' as const, after: 2 }];
let bench: AlertWorkbench;
beforeEach(async () => {
  bench = await openAlertWorkbench(...rules);
});
afterEach(() => bench.close());

describe('a look', () => {
  test('that is off fires, and the notice has an id of its entry, however often it is asked for', async () => {
    const notices = await bench.look(0, { tables: 'off' });
    expect(notices).toEqual([
      {
        id: expect.stringMatching(/^notify\/flight-delays\/1\/ops\/[0-9a-f]{16}$/),
        pipeline,
        entry: 1,
        receiver: 'ops',
      },
    ]);
    expect(await bench.look(0, { tables: 'off' })).toEqual(notices);
    expect(await bench.events()).toMatchObject([{ kind: 'fired' }]);
    expect(await bench.look(1, { tables: 'off' })).toMatchObject([{ entry: 1 }, { entry: 2 }]);
  });

  test('that is late changes nothing, also behind one that changed nothing', async () => {
    await bench.look(5, { tables: 'fine' });
    expect(await bench.look(4, { tables: 'off' })).toEqual([]);
    expect(await bench.events()).toEqual([]);
    expect(await alertsCopy(bench.store, pipeline)).toMatchObject({ n: 0, look: lookAt(5) });
  });

  test('at what is watched no more ends what had fired, and begins no log', async () => {
    await bench.store.put('plans/plan-0.json', sealedJson({}));
    const unwatched = (index: number) => ({ ...lookOf(index, {}), plan: 'plan-0' });
    expect(await bench.activities.raiseAlerts({ pipeline, look: unwatched(0) })).toEqual([]);
    expect(await alertsCopy(bench.store, pipeline)).toBeUndefined();
    await bench.look(1, { tables: 'off' });
    expect(await bench.activities.raiseAlerts({ pipeline, look: unwatched(2) })).toHaveLength(2);
    expect((await bench.events()).at(1)).toMatchObject({ kind: 'resolved', rule: 'stale' });
  });

  test('that a wrong clock dated far ahead outdates none but itself', async () => {
    const ahead = 12 * 365 * 24;
    await bench.look(ahead, { tables: 'fine' });
    expect(await bench.look(0, { tables: 'off' })).toMatchObject([{ entry: 1 }]);
    expect(await bench.look(ahead + 1, { tables: 'fine' })).toHaveLength(2);
    expect(await bench.look(ahead + 1, { tables: 'off' })).toHaveLength(2);
    expect(await bench.look(1, { tables: 'off' })).toHaveLength(3);
    const news = (await bench.events()).filter((event) => event.kind !== 'counted').map(({ kind }) => kind);
    expect(news).toEqual(['fired', 'resolved', 'fired']);
  });

  test('is read from its key, and is judged by the plan that it names', async () => {
    await putJson(bench.store, 'looks/kept.json', lookOf(0, { tables: 'off' }));
    expect(await bench.activities.raiseAlerts({ pipeline, look: 'looks/kept.json' })).toHaveLength(1);
    await expect(bench.activities.raiseAlerts({ pipeline, look: 'looks/none.json' })).rejects.toThrow(
      /storage\.missing/,
    );
  });

  test('whose attempt was lost between two rules is judged for the rest', async () => {
    const look = { rule: 'stale', look: lookAt(0), counts: [] };
    await appendAlert(bench.store, pipeline, () => ({
      ...{ event: { kind: 'counted', ...look }, who: 'watch', why: 'the first attempt', at: lookAt(0) },
    }));
    await bench.look(0, { tables: 'off' });
    await bench.look(1, { tables: 'off' });
    const told = (await bench.events()).map((event) => [event.kind, 'rule' in event && event.rule]);
    expect(told.slice(1)).toEqual([
      ['fired', 'stale'],
      ['fired', 'stale-for-long'],
    ]);
  });

  test('that flickers writes no entry: only what is told stands in the log', async () => {
    const found = ['off', 'fine', 'off', 'fine', 'off', 'off', 'fine', 'off', 'fine', 'off', 'fine', 'fine'] as const;
    await bench.close();
    bench = await openAlertWorkbench({ ...stale, after: 2, until: 2 });
    for (const [index, state] of found.entries()) await bench.look(index, { tables: state });
    expect((await bench.events()).map((event) => 'look' in event && [event.kind, event.look])).toEqual([
      ['fired', lookAt(5)],
      ['resolved', lookAt(11)],
    ]);
  });

  test('that follows a lost copy counts anew what nobody was told of yet', async () => {
    await bench.look(0, { tables: 'off' });
    await bench.store.remove(`alerts/${pipeline}/newest.json`);
    await bench.look(1, { tables: 'off' });
    expect(await bench.events()).toHaveLength(1);
    await bench.look(2, { tables: 'off' });
    expect(await bench.events()).toMatchObject([{ rule: 'stale' }, { kind: 'fired', rule: 'stale-for-long' }]);
  });

  test('that is killed at any of its writes, before it or behind it, is judged again as if it had not been', async () => {
    const judged = async (failing: (write: number) => 'before' | 'behind' | undefined) => {
      const found = { tables: 'off', others: 'off' } as const;
      const attempt = () => createAlertActivities({ ...bench, clock: () => 0, store: breaking(bench.store, failing) });
      const raised = () => attempt().raiseAlerts({ pipeline, look: lookOf(0, found) });
      await raised().catch(() => undefined);
      const notices = await bench.look(0, found);
      return { notices, events: await bench.events(), copy: await alertsCopy(bench.store, pipeline) };
    };
    const all = [...rules, { ...stale, name: 'also-stale' }];
    await bench.close();
    bench = await openAlertWorkbench(...all);
    let writes = 0;
    const whole = await judged((write) => {
      writes = write;
      return undefined;
    });
    expect(writes).toBe(5);
    for (let killed = 1; killed <= writes; killed += 1)
      for (const when of ['before', 'behind'] as const) {
        await bench.close();
        bench = await openAlertWorkbench(...all);
        expect(await judged((write) => (write === killed ? when : undefined))).toEqual(whole);
      }
  });

  test('tells in its copy what is open, for metrics', async () => {
    await bench.look(0, { tables: 'off', others: 'off' });
    const quiet = { acknowledged: false, silenced: false };
    expect((await alertsCopy(bench.store, pipeline))?.rules).toEqual([
      { rule: 'stale', severity: 'page', firing: 2, ...quiet },
      { rule: 'stale-for-long', severity: 'ticket', firing: 0, ...quiet },
      { rule: 'cannot-judge', severity: 'page', firing: 0, ...quiet },
      { rule: 'run-too-long', severity: 'page', firing: 0, ...quiet },
    ]);
  });
});

describe('the log', () => {
  test('is a chain: an entry that was changed is named', async () => {
    await bench.look(0, { tables: 'off' });
    await bench.look(1, { tables: 'fine' });
    const [first] = await readAlertLog(bench.store, pipeline);
    await putJson(bench.store, `alerts/${pipeline}/1.json`, { ...first?.entry, why: 'another reason' });
    await expect(readAlertLog(bench.store, pipeline)).rejects.toThrow(/ledger\.broken.*entry 2 of the log of alerts/);
  });

  test('loses nothing of many who write at once', async () => {
    const writers = Array.from({ length: 12 }, (_, index) =>
      appendAlert(bench.store, pipeline, () => ({
        event: { kind: 'silenced', until: lookAt(100), match: { about: `${index}` } },
        ...{ who: 'ana', why: 'a sale', at: lookAt(0) },
      })),
    );
    await Promise.all(writers);
    const log = await readAlertLog(bench.store, pipeline);
    expect(log.map(({ entry }) => entry.n)).toEqual(writers.map((_, index) => index + 1));
    expect(log.at(-1)?.entry.standing.silences).toHaveLength(12);
  });

  test('is found without its copy by few questions, however long it is', async () => {
    for (let n = 1; n <= 64; n += 1) await bench.store.put(`alerts/${pipeline}/${n}.json`, Buffer.from('unread'));
    const head = { n: 65, event: { kind: 'acknowledged', alert: 1 }, standing: nothingYet, previous: null } as const;
    await putJson(bench.store, `alerts/${pipeline}/65.json`, head);
    await putJson(bench.store, `alerts/${pipeline}/66.json`, { ...head, n: 66, previous: digestOfValue(head) });
    expect((await alertHead(bench.store, pipeline))?.entry.n).toBe(66);
  });

  test('goes on without its copy, and behind one that is late', async () => {
    await bench.look(0, { tables: 'off' });
    await bench.store.remove(`alerts/${pipeline}/newest.json`);
    expect(await bench.look(0, { tables: 'off' })).toMatchObject([{ entry: 1 }]);
    await bench.look(1, { tables: 'fine' });
    await putJson(bench.store, `alerts/${pipeline}/newest.json`, { n: 1, look: lookAt(0), everyMs: 1, rules: [] });
    expect(await bench.look(1, { tables: 'fine' })).toMatchObject([{ entry: 1 }, { entry: 2 }]);
    expect(await bench.events()).toHaveLength(2);
  });
});

/** A store at whose n-th write the process is killed: before anything is written, or when nobody hears of it any more. */
function breaking(store: ObjectStore, failing: (write: number) => 'before' | 'behind' | undefined): ObjectStore {
  let writes = 0;
  const written = async <T>(write: () => Promise<T>): Promise<T> => {
    writes += 1;
    const when = failing(writes);
    if (when === 'before') throw new Error('killed');
    const result = await write();
    if (when === 'behind') throw new Error('killed');
    return result;
  };
  return {
    ...store,
    create: (key, bytes) => written(() => store.create(key, bytes)),
    put: (key, bytes) => written(() => store.put(key, bytes)),
  };
}
