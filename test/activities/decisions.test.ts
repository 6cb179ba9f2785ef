import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ports } from '../../activities/ports.ts';
import { createReleaseActivities } from '../../activities/release.ts';
import { createRolloutActivities, type RolloutChange } from '../../activities/rollout.ts';
import type { Routing } from '../../core/routing.ts';
import { readLedger } from '../../registry/ledger.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, readJson } from '../../storage/objects.ts';
import { candidateOf } from '../workflows/candidateOf.ts';

const pipeline = 'flight-delays';
const at = '2001-03-15T12:05:00.000Z';
const ana = { who: 'ana', why: 'a bad day' };
let folder: string;
let store: ObjectStore;
let release: ReturnType<typeof createReleaseActivities>;
let rollout: ReturnType<typeof createRolloutActivities>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-decisions-'));
  store = localDisk(folder);
  // What these activities take from outside: the store and a clock.
  const ports = { store, clock: () => Date.parse(at), plans: new Map() } as Partial<Ports> as Ports;
  release = createReleaseActivities(ports);
  rollout = createRolloutActivities(ports);
  await createJson(store, 'plans/plan-1.json', { pipeline });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a decision in the ledger', () => {
  test('is written once, however often its activity is tried, and again when it is taken again', async () => {
    const { version } = await register('d1', '2001-03-15T12');
    for (const _try of [1, 2, 3]) await release.reject({ pipeline, version, ...ana, at });
    expect(await kinds()).toEqual(['registered', 'rejected']);
    await release.reject({ pipeline, version, ...ana, at: '2001-03-15T13:00:00.000Z' });
    expect(await kinds()).toEqual(['registered', 'rejected', 'rejected']);
  });

  test('tells of a failed rollout once, takes the preparation back, and leaves a version that answers', async () => {
    await register('d1', '2001-03-15T12');
    await register('d2', '2001-03-15T13');
    await rollout.commit(promotionOf(1));
    await rollout.prepare({ pipeline, version: 2 });
    expect((await routing())?.prepare?.version).toBe(2);
    for (const _try of [1, 2]) await rollout.abandon({ pipeline, version: 2, ...ana, at });
    await rollout.abandon({ pipeline, version: 1, ...ana, at });
    expect(await kinds()).toEqual(['registered', 'registered', 'promoted', 'rollout failed']);
    expect(await routing()).toMatchObject({ epoch: 1, champion: { version: 1 }, prepare: null });
  });

  test('on a candidate: what hinders it, by the verdict and the champion of now', async () => {
    expect(await register('d1', '2001-03-15T12', false)).toMatchObject({
      version: 1,
      hindrance: "the gate's verdict is failed: the gate has no rules",
    });
    expect(await register('d1', '2001-03-15T12')).toMatchObject({
      ...{ version: 1, hindrance: null, isChampion: false, missing: [] },
    });
    await register('d2', '2001-03-15T13');
    await rollout.commit(promotionOf(2));
    expect((await register('d1', '2001-03-15T12')).hindrance).toContain("older than the champion's 2001-03-15T13");
    expect(await register('d2', '2001-03-15T13')).toMatchObject({ version: 2, isChampion: true });
    expect(await kinds()).toEqual(['registered', 'registered', 'promoted']);
  });
});

describe('the version to go back to', () => {
  test('is the one that answered before, or the one named', async () => {
    await register('d1', '2001-03-15T12');
    await register('d2', '2001-03-15T13');
    for (const id of ['d1', 'd2', 'objects/d1', 'objects/d2']) await store.create(`objects/${id}`, Buffer.from(id));
    await expect(versionToRelease(null)).rejects.toThrow(/version\.unknown.*no version has answered yet/);
    await rollout.commit(promotionOf(1));
    await expect(versionToRelease(null)).rejects.toThrow(/version\.unknown.*version 1 is the first.*--none/);
    await rollout.commit(promotionOf(2));
    expect(await versionToRelease(null)).toBe(1);
    expect(await versionToRelease(2)).toBe(2);
    await expect(versionToRelease(3)).rejects.toThrow(/version\.unknown.*1, 2/);
  });

  test('is not the one that is being rolled out: it is stopped, unless it answers already', async () => {
    for (const version of [1, 2, 3]) await register(`d${version}`, `2001-03-15T1${version}`);
    for (const id of ['d1', 'd2', 'objects/d1', 'objects/d2']) await store.create(`objects/${id}`, Buffer.from(id));
    for (const version of [1, 2]) await rollout.commit(promotionOf(version));
    const order = { pipeline, version: null, event: 'rolled back', at } as const;
    expect(await release.orderedVersion({ ...order, stops: 3 })).toBe(3);
    expect(await release.orderedVersion({ ...order, stops: 2 })).toBe(1);
  });
});

function register(digest: string, asOf: string, passed = true) {
  return release.register({ pipeline, candidate: candidateOf(pipeline, digest, asOf, passed) });
}

function promotionOf(version: number): RolloutChange {
  return { pipeline, version, event: 'promoted', who: 'run r', why: 'the gate passed', at };
}

function versionToRelease(version: number | null): Promise<number> {
  return release.orderedVersion({ pipeline, version, event: 'rolled back', at });
}

async function kinds(): Promise<string[]> {
  return (await readLedger(store, pipeline)).map(({ event }) => event.kind);
}

function routing(): Promise<Routing | undefined> {
  return readJson<Routing>(store, `serving/${pipeline}/routing.json`);
}
