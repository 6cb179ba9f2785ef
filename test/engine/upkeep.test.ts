import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WhetError } from '../../core/errors.ts';
import { seededRandom } from '../../core/random.ts';
import { defaultRetention, parseRetention } from '../../core/retention.ts';
import { type Database, openDatabase } from '../../datasets/database.ts';
import type { PartitionReport } from '../../datasets/partitions/partitionReport.ts';
import { readManifest } from '../../datasets/snapshots/snapshotManifest.ts';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import { readLedger } from '../../registry/ledger.ts';
import { findVersion } from '../../registry/versions.ts';
import { checkedFile } from '../../storage/checkedFile.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { digestInKey, getObject, putJson, readJson, requireJson } from '../../storage/objects.ts';
import { checkStore } from '../../upkeep/checkStore.ts';
import { rootsOf } from '../../upkeep/roots.ts';
import { kindOf, type StoredKind } from '../../upkeep/storedKind.ts';
import { storeGraph } from '../../upkeep/storeGraph.ts';
import { openKeptState } from './keptState.ts';
import type { Workshop } from './workshop.ts';

describe('whet doctor and whet gc', () => {
  let workshop: Workshop;
  let database: Database;
  let store: ObjectStore;
  beforeAll(async () => {
    workshop = await openKeptState();
    store = workshop.store;
    database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: workshop.folder });
  });
  afterAll(async () => {
    database.close();
    await workshop.close();
  });

  test('says that all is well, in words and as JSON', async () => {
    const { code, stdout } = await workshop.whet('doctor', '--deep', '--json');
    const said = JSON.parse(stdout);
    expect([code, said.ok, said.deep.damages, said.deep.unsealed]).toEqual([0, true, [], []]);
    expect(said.checks.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok])).toEqual([
      ['Node', true],
      ['the state folder', true],
      ['Temporal', true],
      ['the store', true],
      ['the ledger of small-flights', true],
      ['the snapshots', true],
    ]);
    const quick = await workshop.whet('doctor');
    expect([quick.code, quick.stdout]).toEqual([
      0,
      expect.stringContaining('4 entries in an unbroken chain, version 2 answers'),
    ]);
  });

  test('finds a flipped bit in each and every thing that is stored, whichever bit it is', async () => {
    const keys = await store.list('');
    expect([...new Set(keys.map(kindOf))].sort()).toEqual(kindsStored);
    for (const seed of [1, 2]) {
      const damaged = await flipped(keys, seed);
      const { damages } = await checkStore({ store: damaged, database });
      const told = new Set(damages.map(({ key }) => key));
      expect(keys.filter((key) => !told.has(key))).toEqual([]);
    }
  });

  test('whoever reads what has flipped gets an error of the catalogue', async () => {
    const keys = await store.list('');
    const damaged = await flipped(keys, 4);
    const wrong: string[] = [];
    for (const key of keys) {
      const code = await readAsUsed(damaged, key).then(
        () => 'no error',
        (error: unknown) => (error instanceof WhetError ? error.code : String(error)),
      );
      if (code !== 'storage.damaged') wrong.push(`${key}: ${code}`);
    }
    expect(wrong).toEqual([]);
  });

  test('names what a damage touches: partitions, snapshots, runs and versions', async () => {
    const [report = ''] = (await store.list('datasets/flights/partitions/')).filter((key) =>
      key.endsWith('report.json'),
    );
    const { partition } = await requireJson<PartitionReport>(store, report);
    const damaged = await flipped([`objects/${partition.object}`], 5);
    const { damages } = await checkStore({ store: damaged, database });
    expect(damages).toHaveLength(1);
    const [{ key, kind, touches } = {}] = damages;
    expect([key, kind]).toEqual([`objects/${partition.object}`, 'object']);
    const first = 'small-flights/2001-03-15T12/1';
    expect(touches?.partitions).toEqual([`flights/${partition.hour}`]);
    expect(touches?.snapshots.length).toBeGreaterThan(0);
    expect(touches?.runs).toContain(first);
    expect(touches?.versions).toContain('small-flights/1');
  });

  test('tells what is lost', async () => {
    const [manifest = ''] = await store.list('snapshots/');
    const { parts } = await readManifest(store, manifest);
    const lost = `objects/${parts.find(({ object }) => object !== null)?.object}`;
    const damaged = await flipped([], 6);
    await damaged.remove(lost);
    const { damages } = await checkStore({ store: damaged, database });
    expect(damages.map(({ key, problem }) => [key, problem])).toEqual([[lost, 'it is not there']]);
    expect(damages[0]?.touches.snapshots).toContain(manifest.slice('snapshots/'.length, -'.json'.length));
  });

  test('tells rows of another partition and plans under another id, though their bytes are as they were written', async () => {
    const damaged = await flipped([], 7);
    const reports = (await store.list('datasets/flights/partitions/')).filter((key) => key.endsWith('report.json'));
    const [report = '', another = ''] = reports;
    const [held, other] = await Promise.all([report, another].map((key) => requireJson<PartitionReport>(store, key)));
    const partition = { ...held?.partition, object: other?.partition.object };
    await putJson(damaged, report, { ...held, partition });
    const [plan = ''] = await store.list('plans/');
    await putJson(damaged, plan, { ...(await requireJson<object>(store, plan)), pipeline: 'another' });
    const { damages } = await checkStore({ store: damaged, database });
    expect(damages.map(({ key, problem }) => [key, problem])).toEqual([
      [
        `objects/${partition.object}`,
        expect.stringMatching(/^its rows are not those that partition .* was written with/),
      ],
      [plan, expect.stringMatching(/^it holds the plan [0-9a-f]{64}$/)],
    ]);
  });

  test('everything that is stored is needed by the last runs, the ledger or a hint, or is known to be of use no more', async () => {
    const graph = storeGraph(store, await store.entries(''));
    const hints = [...graph.entries.keys()].filter((key) => kindOf(key) === 'hint');
    const needed = await graph.reach([...(await rootsOf(store, graph, nothingYoung, Date.now())), ...hints]);
    const unneeded = [...graph.entries.keys()].filter((key) => !needed.has(key));
    const kinds = Map.groupBy(unneeded, kindOf);
    // Older tables are wanted by a single comparison, and a search that is done goes on from no checkpoint.
    const parts = await Promise.all((kinds.get('stage') ?? []).map((key) => requireJson<Named>(store, key)));
    expect((kinds.get('stage') ?? []).filter((key) => !/^stages\/(?:matrix|table|fit)-/.test(key))).toEqual([]);
    expect(parts.length).toBeLessThanOrEqual(2 * 24);
    const known = new Set(parts.map(({ object }) => `objects/${object}`));
    expect((kinds.get('object') ?? []).filter((key) => !known.has(key))).toEqual([]);
    const apart: readonly StoredKind[] = ['checkpoint', 'stage', 'object', 'predictions', 'traffic', 'decision'];
    expect([...kinds.keys()].filter((kind) => !apart.includes(kind))).toEqual([]);
    expect(await store.list('upkeep/runs/')).toEqual([]);
  });

  test('sweeps what nothing needs, and all goes on: rollback, the next run, and an old one once more', async () => {
    const state = await damagedState([], 9);
    const left = localDisk(join(state, 'store'));
    const settings = { newestRuns: 1, keep: Object.fromEntries(perishables.map((name) => [name, '0 seconds'])) };
    await writeFile(join(workshop.folder, 'retention.json'), JSON.stringify(settings));
    const before = (await left.list('')).length;
    const dry = await workshop.whetOn(state, 'gc', '--grace', '0 seconds', '--json');
    expect([dry.code, (await left.list('')).length]).toEqual([0, before]);
    expect(JSON.parse(dry.stdout)).toMatchObject({ outcome: 'dry', gone: { predictions: { keys: 1 } } });
    const { code, stdout } = await workshop.whetOn(state, 'gc', '--delete', '--grace', '0 seconds', '--json');
    expect([code, JSON.parse(stdout).gone]).toEqual([0, JSON.parse(dry.stdout).gone]);
    expect((await left.list('runs/')).length).toBe(1);
    const { damages } = await checkStore({ store: left, database });
    expect(damages).toEqual([]);
    await rm(join(workshop.folder, 'retention.json'));

    const first = await findVersion(left, 'small-flights', 1);
    const { scorer } = await loadPackage(left, first.package);
    await scorer.release();
    const [again, next] = await Promise.all(
      ['2001-03-15T12', '2001-03-15T14'].map((asOf) =>
        workshop.whetOn(state, 'retrain', 'small-flights', '--as-of', asOf, '--json'),
      ),
    );
    expect(JSON.parse(again?.stdout ?? '')).toMatchObject({
      status: 'judged',
      version: 1,
      model: { digest: first.digest },
    });
    expect(JSON.parse(next?.stdout ?? '')).toMatchObject({
      status: 'judged',
      snapshot: { partitions: { validated: 1 } },
    });
  });

  test('no run goes on with rows that have flipped: a clear error, and no version', async () => {
    const ledger = await readLedger(store, 'small-flights');
    const objects = await store.list('objects/');
    const state = await damagedState(objects, 8);
    const args = ['retrain', 'small-flights', '--as-of', '2001-03-15T14'];
    const { code, stderr } = await workshop.whetOn(state, ...args);
    expect([code, stderr]).toEqual([5, expect.stringContaining('storage.damaged: expected')]);
    expect(await readLedger(localDisk(join(state, 'store')), 'small-flights')).toEqual(ledger);
  });

  /** The store, with one bit of each of some keys turned around. */
  async function flipped(keys: readonly string[], seed: number): Promise<ObjectStore> {
    return localDisk(join(await damagedState(keys, seed), 'store'));
  }

  async function damagedState(keys: readonly string[], seed: number): Promise<string> {
    const state = join(workshop.folder, `damaged-${seed}`);
    await cp(join(workshop.folder, '.whet/store'), join(state, 'store'), { recursive: true });
    const random = seededRandom(seed);
    for (const key of keys) {
      const path = join(state, 'store', key);
      const bytes = await readFile(path);
      const bit = Math.floor(random.next() * bytes.length * 8);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await writeFile(path, bytes);
    }
    return state;
  }
});

interface Named {
  readonly object: string | null;
}

const perishables = Object.keys(defaultRetention.keepMs);
const nothingYoung = parseRetention({ keep: Object.fromEntries(perishables.map((name) => [name, '0 seconds'])) });

/** Each as the engine reads it. */
async function readAsUsed(store: ObjectStore, key: string): Promise<unknown> {
  const digest = digestInKey(key);
  if (key.endsWith('.json')) return readJson(store, key);
  if (key.endsWith('.parquet')) return checkedFile(store, key);
  if (digest === undefined || !key.startsWith('objects/')) return store.read(key);
  await expect(store.file(key)).rejects.toMatchObject({ code: 'storage.damaged' });
  return getObject(store, digest);
}

const kindsStored: readonly StoredKind[] = [
  'checkpoint',
  'copy of the ledger',
  'decision',
  'hint',
  'ledger entry',
  'object',
  'partition',
  'plan',
  'predictions',
  'retraining',
  'run',
  'snapshot',
  'snapshot log',
  'source index',
  'stage',
  'traffic',
  'trial',
];
