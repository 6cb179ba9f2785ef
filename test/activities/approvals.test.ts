import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApprovalActivities } from '../../activities/approvals.ts';
import type { Ports } from '../../activities/ports.ts';
import { createReleaseActivities } from '../../activities/release.ts';
import { createRolloutActivities } from '../../activities/rollout.ts';
import { appendLedger, readLedger } from '../../registry/ledger.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, readJson } from '../../storage/objects.ts';
import { candidateOf, refreshOfVersion } from '../workflows/candidateOf.ts';

const pipeline = 'flight-delays';
const day = 86_400_000;
const noon = Date.parse('2001-03-15T12:00:00.000Z');
const ana = { who: 'ana', why: 'looks right' };
let folder: string;
let store: ObjectStore;
let now: number;
let release: ReturnType<typeof createReleaseActivities>;
let words: ReturnType<typeof createApprovalActivities>;
let rollout: ReturnType<typeof createRolloutActivities>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-approvals-'));
  store = localDisk(folder);
  now = noon;
  // What these activities take from outside: the store and a clock.
  const ports = { store, clock: () => now, plans: new Map() } as Partial<Ports> as Ports;
  [release, words, rollout] = [
    createReleaseActivities(ports),
    createApprovalActivities(ports),
    createRolloutActivities(ports),
  ];
  const approvals = [
    { role: 'risk', count: 1 },
    { role: 'owner', count: 1 },
  ];
  await createJson(store, 'plans/plan-1.json', { release: { approvals, expireAfterMs: 3 * day } });
  await release.register({ pipeline, candidate: candidateOf(pipeline, 'd1', '2001-03-15T12') });
  for (const id of ['objects/d1', 'd1']) await store.create(`objects/${id}`, Buffer.from(id));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('an approval in the ledger', () => {
  test('counts towards what is missing, until it expires', async () => {
    const { waiting } = await release.openRelease({ pipeline });
    expect(waiting?.missing).toHaveLength(2);
    expect(await approve('ana', 'risk')).toEqual({ missing: [{ role: 'owner', count: 1 }] });
    expect(await approve('ben', 'owner')).toEqual({ missing: [] });
    const event = { kind: 'approved', version: 1, role: 'risk', package: 'objects/d1' };
    expect((await entries())[1]).toMatchObject({ ...ana, event: { ...event, expires: '2001-03-18T12:00:00.000Z' } });
    expect(await promotion()).toBe(1);
    now = noon + 3 * day;
    await expect(promotion()).rejects.toThrow(/approval\.expired.*ana until 2001-03-18/);
    expect((await release.openRelease({ pipeline })).waiting?.missing).toHaveLength(2);
  });

  test('is written once, however often its activity is tried', async () => {
    for (const _try of [1, 2, 3]) await approve('ana', 'risk');
    expect(await kinds()).toEqual(['registered', 'approved']);
    now += 1;
    await expect(approve('ana', 'risk')).rejects.toThrow(/approval\.twice/);
  });

  test('of two words of one person at once only one stands', async () => {
    const both = await Promise.allSettled([approve('ana', 'risk'), approve('ana', 'owner')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await kinds()).toEqual(['registered', 'approved']);
  });

  test('that would not count is refused, and nothing is written', async () => {
    await expect(approve('ana', 'boss')).rejects.toThrow(/approval\.wrong-role/);
    await expect(approve('ana', 'risk', { digest: 'another model' })).rejects.toThrow(/approval\.different-digest/);
    await expect(approve('ana', 'risk', { version: 7 })).rejects.toThrow(/version\.unknown/);
    await release.reject({ pipeline, version: 1, ...ana, at: at() });
    await expect(approve('ana', 'risk')).rejects.toThrow(/approval\.rejected/);
    expect(await kinds()).toEqual(['registered', 'rejected']);
  });

  test('is not enough after a rejection: the promotion is refused until all approve anew', async () => {
    await approve('ana', 'risk');
    await approve('ben', 'owner');
    await release.reject({ pipeline, version: 1, ...ana, at: at() });
    await expect(promotion()).rejects.toThrow(/approval\.rejected/);
    now += 1;
    await approve('ana', 'risk', { anew: true });
    await approve('ben', 'owner');
    expect(await promotion()).toBe(1);
  });

  test('is asked for by a plan that is lost too: nothing is waived', async () => {
    await store.remove('plans/plan-1.json');
    await expect(promotion()).rejects.toThrow(/storage\.missing.*plan-1/);
  });
});

describe('a refresh', () => {
  const champion = async (plan: object): Promise<void> => {
    await createJson(store, 'plans/plan-2.json', plan);
    const candidate = { ...candidateOf(pipeline, 'd2', '2001-03-15T13'), plan: 'plan-2' };
    await release.register({ pipeline, candidate });
    await rollout.commit({ pipeline, version: 2, event: 'promoted', ...ana, at: at() });
  };
  const refreshed = () => {
    const candidate = { ...refreshOfVersion(pipeline, 2, 'r2', '2001-03-15T14'), plan: 'plan-2' };
    return release.register({ pipeline, candidate });
  };
  const asked = { approvals: [{ role: 'risk', count: 1 }], expireAfterMs: 3 * day };

  test('goes by the approvals of the champion where the plan that they approved says so', async () => {
    await champion({ release: asked, refresh: { kind: 'every', everyMs: 600_000 } });
    expect(await refreshed()).toEqual({ version: 3, hindrance: null, isChampion: false, missing: [] });
    const [, , , entry] = await entries();
    expect(entry?.why).toBe('refreshed from version 2: the tables of 2001-03-15T14 with the weights of version 2');
  });

  test('is not made of what people approved without a word of it', async () => {
    await champion({ release: asked });
    expect((await refreshed()).hindrance).toBe("version 2 was approved under a plan without 'refresh'");
  });

  test('is not made of a champion that somebody turned down, until it is put in charge again', async () => {
    await champion({});
    await release.reject({ pipeline, version: 2, ...ana, why: 'wrong in the north', at: at() });
    expect((await refreshed()).hindrance).toBe('version 2 was turned down by ana: wrong in the north');
    await appendLedger(store, pipeline, { kind: 'promoted', version: 2 }, { ...ana, at: at() });
    expect((await refreshed()).hindrance).toBeNull();
  });
});

describe('a release that knows nothing', () => {
  test('takes up the candidate that nobody has decided on, and no other', async () => {
    expect((await release.openRelease({ pipeline })).waiting).toMatchObject({
      version: 1,
      candidate: { digest: 'd1' },
    });
    await release.register({ pipeline, candidate: candidateOf(pipeline, 'd2', '2001-03-15T13', false) });
    expect((await release.openRelease({ pipeline })).waiting).toBeNull();
    const origin = { store: 's3://staging/whet', version: 4, entry: 9, entryDigest: 'e' };
    await release.register({ pipeline, candidate: { ...candidateOf(pipeline, 'd3', '2001-03-15T14'), origin } });
    expect((await release.openRelease({ pipeline })).waiting).toBeNull();
  });

  test('ends the hold of a rollout that is lost, once', async () => {
    const variants = { previous: { version: 1, weight: 0, shadow: 1 } };
    const event = {
      kind: 'promoted',
      version: 1,
      traffic: { variants, rules: [], fallback: [], deadlineMs: 1 },
    } as const;
    await appendLedger(store, pipeline, event, { ...ana, at: at() });
    for (const _try of [1, 2]) await release.openRelease({ pipeline });
    expect(await kinds()).toEqual(['registered', 'promoted', 'traffic changed']);
    expect((await entries()).at(-1)?.routing).toEqual({ epoch: 2, version: 1 });
    expect(await readJson(store, `serving/${pipeline}/routing.json`)).toMatchObject({
      epoch: 2,
      champion: { version: 1 },
    });
  });

  test('is paused where the last word in the ledger says so', async () => {
    const word = { who: 'ana', why: 'the shop is on sale', at: at() };
    for (const _try of [1, 2]) await words.setPaused({ pipeline, kind: 'paused', ...word });
    expect((await release.openRelease({ pipeline })).paused).toEqual(word);
    await words.setPaused({ pipeline, kind: 'resumed', who: 'ben', why: 'over', at: at() });
    expect((await release.openRelease({ pipeline })).paused).toBeNull();
    expect(await kinds()).toEqual(['registered', 'paused', 'resumed']);
  });
});

describe('a rollback', () => {
  test('needs no approvals, but a package that is still there', async () => {
    await rollout.commit({ pipeline, version: 1, event: 'promoted', ...ana, at: at() });
    await release.register({ pipeline, candidate: candidateOf(pipeline, 'd2', '2001-03-15T13') });
    await rollout.commit({ pipeline, version: 2, event: 'promoted', ...ana, at: at() });
    const order = { pipeline, event: 'rolled back', at: at() } as const;
    expect(await release.orderedVersion({ ...order, version: null })).toBe(1);
    await expect(release.orderedVersion({ ...order, version: 2 })).rejects.toThrow(
      /version\.swept.*package of version 2/,
    );
    await store.remove('objects/d1');
    await expect(release.orderedVersion({ ...order, version: null })).rejects.toThrow(/version\.swept.*model of/);
  });
});

function approve(who: string, role: string, others: { version?: number; digest?: string; anew?: boolean } = {}) {
  return words.approve({ pipeline, version: 1, ...ana, who, role, ...others, at: at() });
}

function promotion(): Promise<number> {
  return release.orderedVersion({ pipeline, version: 1, event: 'promoted', at: at() });
}

function at(): string {
  return new Date(now).toISOString();
}

function entries() {
  return readLedger(store, pipeline);
}

async function kinds(): Promise<string[]> {
  return (await entries()).map(({ event }) => event.kind);
}
